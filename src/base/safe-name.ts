/** ASCII only, nothing that ends a quoted string or looks like a path; the end of it, where extensions are, if it is long. */
export function safeName(name: string, longest = 120): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '_')
      .replace(/^\.+/, '')
      .slice(-longest) || 'answer'
  );
}
