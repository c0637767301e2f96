/** Errors of Butler repositories, by kind. */
import type { ErrorList } from './entry.ts';

export const butlerUsageErrors = {
  BAD_OBSCORE: {
    sentence: 'The configuration of ObsCore values is not understood.',
    meaning:
      'The file given by --obscore is missing or no YAML, has a key that dax_obscore does not have, a value of another kind, or a template beyond what is read.',
    remedy: 'Correct what the message names; docs/butler.md lists the keys and what templates can have.',
  },
  HOST_NOT_ALLOWED: {
    sentence: 'A host is not allowed.',
    meaning:
      'The configuration of a Butler names a server on another machine that --allow-host does not list.',
    remedy: 'Give --allow-host with its name, if you trust it.',
  },
  NO_BUTLER: {
    sentence: 'There is no Butler repository.',
    meaning:
      'The word given by --butler is neither a folder with butler.yaml, nor a configuration file, nor a label of the repository index.',
    remedy: 'Check the path, or the label and DAF_BUTLER_REPOSITORY_INDEX.',
  },
} as const satisfies ErrorList;

export const butlerDataErrors = {
  BAD_BUTLER: {
    sentence: 'The Butler repository cannot be understood.',
    meaning:
      'Its configuration is malformed, its chained collections form a cycle, or it is of a kind or dimension universe that Vignet does not know.',
    remedy: 'Correct what the message names, or use a newer Vignet.',
  },
  BAD_BUTLER_DATABASE: {
    sentence: "The registry's database cannot be read.",
    meaning:
      'The SQLite file or PostgreSQL database is missing, damaged, of a form that cannot be read without writing, its SQLite file gives no answer within a minute, or its tables are not those of a Butler.',
    remedy: 'Do what the message says, or restore the registry from a backup.',
  },
  BAD_SKY_REGION: {
    sentence: 'A region of the registry is malformed.',
    meaning: 'The encoded sphgeom region of a visit, detector, tract or patch has impossible bytes.',
    remedy: 'Register the dimension record again; the dataset itself can be read.',
  },
  NO_ARTIFACT: {
    sentence: 'The Butler has no file for a dataset.',
    meaning:
      'The registry lists the dataset, but no datastore has a record of where its file is, or the record has no path.',
    remedy: 'Transfer the file into the repository, or remove the dataset from its registry.',
  },
  REMOTE_FILE: {
    sentence: 'The file of a dataset is on a host that is not allowed.',
    meaning: 'The datastore gives a URI on another machine, which --allow-host does not list.',
    remedy:
      'Allow the host, so that the dataset is catalogued as nearline, or transfer it into a datastore on a disk of this machine.',
  },
} as const satisfies ErrorList;

export const butlerTransientErrors = {
  REGISTRY_BUSY: {
    sentence: 'The registry of the Butler cannot be read now.',
    meaning:
      'Another process writes to it, its server cannot be reached or is too slow, or the ingest was stopped while it was read.',
    remedy: 'Run the ingest again later; it continues where it stopped.',
  },
} as const satisfies ErrorList;
