/** VOSI 1.1: what a service can do, and whether it is up. */
import { el, type Xml, xmlDocument } from './xml.ts';

const namespaces = {
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  'xmlns:vr': 'http://www.ivoa.net/xml/VOResource/v1.0',
  'xmlns:vs': 'http://www.ivoa.net/xml/VODataService/v1.1',
  'xmlns:vosi': 'http://www.ivoa.net/xml/VOSICapabilities/v1.0',
};

/** One capability of a service: what it speaks, and where. */
export interface Capability {
  readonly standardID?: string;
  readonly url: string;
  /** `full`: the URL is complete; `base`: something must be appended. */
  readonly use: 'full' | 'base';
  readonly role?: 'std';
  readonly version?: string;
  readonly resultType?: string;
}

function capability(one: Capability): Xml {
  const attributes = { 'xsi:type': 'vs:ParamHTTP', role: one.role, version: one.version };
  return el(
    'capability',
    { standardID: one.standardID },
    el(
      'interface',
      attributes,
      el('accessURL', { use: one.use }, one.url),
      el('resultType', {}, one.resultType ?? 'text/xml'),
    ),
  );
}

/** Where the endpoints of a service are, below the address that they share. */
export const endpoints = {
  sync: '/sync',
  capabilities: '/capabilities',
  availability: '/availability',
  examples: '/examples',
} as const;

/** What a service speaks. */
export interface ServiceStandard {
  readonly id: string;
  readonly version: string;
  /** Media type of its answers. */
  readonly resultType: string;
  /** Where it is asked, below its address; with parts that differ (`/:uuid`) these are appended to the address before them. */
  readonly endpoint: string;
}

/** The capabilities of a service; `base` is the address its endpoints share, such as `https://host/api/cutout`. */
export function serviceCapabilities(
  base: string,
  { id, version, resultType, endpoint }: ServiceStandard,
): Capability[] {
  const [before = '', ...parts] = endpoint.split('/:');
  const asked = { url: base + before, use: parts.length > 0 ? 'base' : 'full' } as const;
  return [
    { standardID: 'ivo://ivoa.net/std/VOSI#capabilities', url: base + endpoints.capabilities, use: 'full' },
    { standardID: 'ivo://ivoa.net/std/VOSI#availability', url: base + endpoints.availability, use: 'full' },
    {
      standardID: 'ivo://ivoa.net/std/DALI#examples',
      url: base + endpoints.examples,
      use: 'full',
      resultType: 'application/xhtml+xml',
    },
    { standardID: id, ...asked, role: 'std', version, resultType },
  ];
}

/** The capabilities document. The root element is qualified, its children are not (VOSI 1.1, 2.1). */
export function capabilitiesDocument(capabilities: readonly Capability[]): string {
  return xmlDocument(el('vosi:capabilities', namespaces, capabilities.map(capability)));
}

export interface Availability {
  readonly available: boolean;
  readonly upSince?: Date;
  readonly downAt?: Date;
  readonly notes?: readonly string[];
}

/** The availability document; all its elements are qualified. */
export function availabilityDocument(state: Availability): string {
  return xmlDocument(
    el(
      'vosi:availability',
      { 'xmlns:vosi': 'http://www.ivoa.net/xml/VOSIAvailability/v1.0' },
      el('vosi:available', {}, String(state.available)),
      state.upSince && el('vosi:upSince', {}, state.upSince.toISOString()),
      state.downAt && el('vosi:downAt', {}, state.downAt.toISOString()),
      (state.notes ?? []).map((note) => el('vosi:note', {}, note)),
    ),
  );
}
