/** A value as it may be shown in a message: short, on one line, without control characters. */
export function clip(text: string, length = 60): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be echoed
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
  return clean.length > length ? `${clean.slice(0, length)}… (${text.length} characters)` : clean;
}
