// Prometheus's text format, read strictly: what a scrape would refuse is an error here.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all its samples. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

function sampleOf(line: string): Sample {
  const [, name = '', inside = '', value = ''] =
    /^([a-z_:][\w:]*)(?:\{((?:[a-z_]\w*="(?:[^"\\\n]|\\[\\n"])*",?)*)\})? (\S+)$/i.exec(line) ?? [];
  if (!name) throw new Error(`expected a sample, received '${line}'`);
  const labels = [...inside.matchAll(/([a-z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"/gi)].map(
    ([, label = '', text = '']): [string, string] => [label, text],
  );
  const number = Number(value.replace('Inf', 'Infinity'));
  if (Number.isNaN(number) && !/^nan$/i.test(value)) throw new Error(`expected a number in '${line}'`);
  return { name, labels: Object.fromEntries(labels), value: number };
}

/** Every family once, with help and type before its samples, and no sample twice. Throws otherwise. */
export function parseExposition(text: string): Family[] {
  const families: (Family & { samples: Sample[] })[] = [];
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  for (const line of text.split('\n').filter(Boolean)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') help = { name, text: rest };
    else if (kind === 'TYPE') {
      if (help?.name !== name) throw new Error(`${name} has no help`);
      if (families.some((family) => family.name === name)) throw new Error(`${name} comes twice`);
      families.push({ name, type: rest, help: help.text, samples: [] });
    } else {
      const sample = sampleOf(line);
      const family = families.at(-1);
      if (!family || !suffixes[family.type]?.some((suffix) => family.name + suffix === sample.name))
        throw new Error(`'${line}' stands below ${family?.name ?? 'nothing'}`);
      const key = sample.name + JSON.stringify(Object.entries(sample.labels).sort());
      if (seen.has(key)) throw new Error(`'${line}' comes twice`);
      seen.add(key);
      family.samples.push(sample);
    }
  }
  return families;
}

/** What `promtool check metrics` says of a family. */
export function lint({ name, type, help, samples }: Family): string[] {
  const wrong = (found: boolean, what: string) => (found ? [`${name}: ${what}`] : []);
  const le = samples.some(({ labels }) => 'le' in labels);
  return [
    ...wrong(help.length < 10, 'help that explains nothing'),
    ...wrong((type === 'counter') !== name.endsWith('_total'), 'counters, and nothing else, end in _total'),
    ...wrong(/_(bucket|count|sum)$/.test(name), 'a suffix that is reserved for histograms'),
    ...wrong(/[A-Z]/.test(name), 'capital letters'),
    ...wrong(/counter|gauge|histogram|summary/.test(name), 'its type is part of its name'),
    ...wrong(
      /_(ms|milliseconds|minutes|hours|kb|mb|mib|kilobytes|percent)(_|$)/.test(name),
      'a unit that is no base unit',
    ),
    ...wrong(le !== (type === 'histogram'), 'le is the label of histograms'),
  ];
}

/** The samples as `name{label="value"} value`, for comparing. */
export const printed = ({ samples }: Family): string[] =>
  samples.map(({ name, labels, value }) => {
    const inside = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}${inside.length ? `{${inside.join()}}` : ''} ${value}`;
  });
