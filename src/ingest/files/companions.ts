/** Which file of a folder belongs to which: separate mask and weight files, by the names pipelines give them. */

export type Role = 'mask' | 'weight';

export interface Companion {
  readonly name: string;
  readonly role: Role;
}

interface Rule {
  /** Of an image's name: what to put in its place to get the companion's, `$1`… as in String.replace. */
  readonly image: RegExp;
  readonly companions: readonly (readonly [Role, string])[];
  /** Of a companion's own name: the image's name, likewise. */
  readonly companion: RegExp;
  readonly images: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    // NOIRLab community pipelines (DECam, Mosaic): ooi or oki image, ood data quality, oow inverse variance.
    image: /^(.*_o)[ok]i(_.*)$/,
    companions: [
      ['mask', '$1od$2'],
      ['weight', '$1ow$2'],
    ],
    companion: /^(.*_o)o[dw](_.*)$/,
    images: ['$1oi$2', '$1ki$2'],
  },
  {
    // SWarp, 90prime: X.fits with X.wht.fits or X.weight.fits.
    image: /^(.+?)(\.fits?(?:\.[fg]z)?)$/i,
    companions: [
      ['weight', '$1.wht$2'],
      ['weight', '$1.weight$2'],
    ],
    companion: /^(.+)\.(?:wht|weight)(\.fits?(?:\.[fg]z)?)$/i,
    images: ['$1$2'],
  },
];

/** The names a companion may also have: compressed otherwise than its image. */
function variants(name: string): string[] {
  const stem = name.replace(/\.[fg]z$/i, '');
  return [name, ...[stem, `${stem}.fz`, `${stem}.gz`].filter((other) => other !== name)];
}

const firstKnown = (known: ReadonlySet<string>, name: string) =>
  variants(name).find((other) => known.has(other));

/** The companions of an image among the names of its folder: at most one per role. */
export function companionsOf(name: string, folder: ReadonlySet<string>): Companion[] {
  const found = new Map<Role, string>();
  for (const rule of RULES) {
    if (!rule.image.test(name)) continue;
    for (const [role, pattern] of rule.companions) {
      const other = firstKnown(folder, name.replace(rule.image, pattern));
      if (other !== undefined && other !== name && !found.has(role)) found.set(role, other);
    }
  }
  return [...found].map(([role, other]) => ({ name: other, role }));
}

/** The image this file belongs to, when its name says it is a companion and the image is in the folder. */
export function imageOfCompanion(name: string, folder: ReadonlySet<string>): string | undefined {
  for (const rule of RULES) {
    if (!rule.companion.test(name)) continue;
    for (const pattern of rule.images) {
      const image = firstKnown(folder, name.replace(rule.companion, pattern));
      if (image !== undefined) return image;
    }
  }
  return undefined;
}

/** Whether a name says that the file belongs to another. */
export function isCompanionName(name: string): boolean {
  return RULES.some((rule) => rule.companion.test(name));
}
