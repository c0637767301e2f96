/** Where the catalog of an archive is when it is no file: URL without a password, and the archive's own schema. */
export interface DatabaseConfig {
  readonly url: string;
  readonly schema: string;
}
