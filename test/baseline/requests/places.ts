// Datasets and places of the sample archive, by names that say what they are.

const ivo = (repo: string, uuid: string) => `ivo://vignet.example/${repo}?repo=${repo}&id=${uuid}`;
const sim = (uuid: string) => ivo('sim', uuid);
export const real = (uuid: string) => ivo('real', uuid);
export const damaged = (uuid: string) => ivo('damaged', uuid);

/** visit_image of 1018 x 1000 pixels: visit 2026021100003, r, detectors 95 (R22_S12) and 94. */
export const visitUuid = 'c9cbdb14-cade-551e-90df-b0de5414e3b8';
export const visit = sim(visitUuid);
export const visit94 = sim('a1820206-f59f-5f27-8733-53596db87d9c');
/** Near the middle of `visit`, covered by visits in every band. */
export const place = { RA: '150.2987', DEC: '2.38812' };
export const circle = '150.3 2.39 0.002';
/** A rectangle of sky in `visit`, as corners. */
export const corners = { west: 150.298, east: 150.302, south: 2.389, north: 2.392 };

/** visit_image of 4072 x 4000 pixels, r, and its middle. */
export const large = sim('9b80d7ba-a2fb-5b65-9e1e-f3700fa56a0c');
export const largeMiddle = '150.26353 2.42942';

export const difference = sim('6cfb5c5a-eb56-5fcc-a622-bfc3e4a8cf71');
export const differenceCircle = '150.2751 2.3816 0.002';

/** deep_coadd, r, tract 154061 patch 48. */
export const coadd = sim('0865c090-6779-5a0e-8bab-453e9f22bd25');
export const coaddCircle = '150.29 2.41 0.002';
export const coaddG = sim('02771d46-7be2-52f2-8dfa-151dd79f6c38');
export const neighbour = sim('5d5070b8-bf16-546f-a16b-8cc31ca5ca1c');

/** Collection datasets: all coadds of a band. */
export const collectionR = sim('04b3b1e2-5149-51e9-aa20-08d5a9a52b94');
export const collectionG = sim('eff9a2e5-d912-5cc8-a213-7c8f893dd34e');

/** Where four patches of tract 154061 meet, and where two tracts do. */
export const fourPatches = '150.2697 2.4325 0.003';
export const twoTracts = '150.2495 2.4 0.003';

export const nowhere = '10 -60 0.01';
export const unknown = sim('00000000-0000-4000-8000-000000000000');
