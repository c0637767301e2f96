/** A service's examples, as DALI documents and pages list them. */
import type { Example } from '../../vo/dali/examples.ts';
import type { Sample } from '../ports.ts';
import { requestUrl } from './address.ts';
import type { ServiceExample } from './declaration.ts';
import type { Service } from './service.ts';

/** IDs are `kind-1`, `kind-2`, … in the order of the service. */
export function examplesOf(
  service: Service,
  samples: readonly Sample[],
  base: string,
  standardId: string,
): Example[] {
  const counts = new Map<string, number>();
  return service.examples(samples).map((example) => {
    const { kind, name, description, parameters } = example;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const url = requestUrl(base, service, example);
    return { id: `${kind}-${number}`, name, capability: standardId, description, parameters, url };
  });
}

/** The first example that is for this place of the landing page, of the services in their order. */
export function shown(
  services: readonly Service[],
  samples: readonly Sample[],
  place: ServiceExample['landing'],
): { readonly service: Service; readonly example: ServiceExample } | undefined {
  for (const service of services) {
    const example = service.examples(samples).find(({ landing }) => landing === place);
    if (example) return { service, example };
  }
  return undefined;
}
