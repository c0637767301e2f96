/** A number of bytes for messages: MiB with one digit after the point. */
export const inMiB = (bytes: number) => `${(bytes / 1048576).toFixed(1)} MiB`;
