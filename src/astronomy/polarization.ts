/** Lists of polarization states, as ObsCore 1.1 has them (section B.6.6): between slashes. */

export const printStates = (states: readonly string[]): string => `/${states.join('/')}/`;

export const parseStates = (text: string): string[] => text.split('/').filter((state) => state !== '');
