/** An amount of bytes as a message says it, in MiB with one digit after the point. */
export const inMiB = (bytes: number) => `${(bytes / 1048576).toFixed(1)} MiB`;
