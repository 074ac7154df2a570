import type { VolumeDriver } from '../bot/nodeVolumes';

/**
 * How volumes were counted. `driver` null: there is no default storage class, or it could not be read. `claimed`: whether it is known which volumes
 * pods claim.
 */
export function volumeWords(driver: VolumeDriver | null, claimed: boolean): string {
  if (driver?.kind === 'csi') {
    const whose = `Volumes are those of ${driver.name}, the default storage class’s driver`;
    return claimed
      ? `${whose}: claimed by pods there or attached by each node’s own word, out of what the driver says it can.`
      : `${whose}: attached by each node’s own word alone, out of what the driver says it can. What new pods there claim is not known, so fewer may be left.`;
  }
  if (driver?.kind === 'local')
    return 'Volumes of the default storage class are not attached to nodes, so none run out.';
  return driver
    ? 'The nodes do not say how many volumes of the default storage class they can attach.'
    : 'How many volumes can still be attached is not known: which storage class a bot would get could not be told.';
}
