import type { VolumeDriver } from '../bot/capacity';

/** How volumes were counted. `null`: there is no default storage class, or it could not be read. */
export function volumeWords(driver: VolumeDriver | null): string {
  if (driver?.kind === 'csi')
    return `Volumes are those of ${driver.name}, the default storage class’s driver: attached by each node’s own word, out of what the driver says it can.`;
  if (driver?.kind === 'local')
    return 'Volumes of the default storage class are not attached to nodes, so none run out.';
  return driver
    ? 'The nodes do not say how many volumes of the default storage class they can attach.'
    : 'How many volumes can still be attached is not known: which storage class a bot would get could not be told.';
}
