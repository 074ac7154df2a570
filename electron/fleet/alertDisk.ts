import { diskText, holderOf, leftText, onInodes, usedOf, type DiskReading } from '../../shared/disk';
import type { BotRow } from '../../shared/rows';
import type { Sign } from './alertSigns';

/** Of its bytes or inodes: told from here on, over below `ENOUGH`, so that what goes up and down around one of them is one alert. */
const NEARLY_FULL = 0.9;
const ENOUGH = 0.85;

/** Whether what holds a bot's data is nearly full, as it was last read. `told`: it was so before. */
export function diskSigns(row: BotRow, told: boolean): Sign[] {
  const disk = row.trading?.disk;
  if (!disk || usedOf(disk) < (told ? ENOUGH : NEARLY_FULL)) return [];
  const full = `${Math.floor(usedOf(disk) * 100)} % full${onInodes(disk) ? ' by its number of files' : ''}`;
  const sentence = `${subject(row, disk)} is ${full}: ${diskText(disk)}, ${leftText(disk)}.`;
  const gather = disk.node ? `${row.clusterId}|${row.node}|disk` : undefined;
  return [{ kind: 'volumeFull', sentence, hint: hint(disk), readAt: disk.at, gather }];
}

function subject({ name, node }: BotRow, disk: DiskReading): string {
  const holder = holderOf(disk);
  if (holder === 'volume') return `The volume of ${name}`;
  if (holder === 'node') return `The disk of ${node || 'its node'}, which holds the data of ${name},`;
  return `The disk that holds the data of ${name}`;
}

function hint(disk: DiskReading): string {
  const why = 'A full one loses records of trades.';
  if (holderOf(disk) === 'node')
    return `${why} It is its node’s own disk, shared with others: free some there, or move the bot; nearly full nodes end pods.`;
  return `${why} Remove old files of its logs folder, or make the volume larger where its storage class allows that.`;
}
