import type { OperationKind, OperationMark } from './rows';

/** Who signs: a name for people, and which installation of the app it is, as two laptops may bear one name. */
export interface Me {
  holder: string;
  installation: string;
}
type Signed = Pick<OperationMark, 'holder' | 'by'>;

/** Both must fit: two laptops may bear one name, and a copied settings folder takes its installation along. A mark may name none. */
export const isOurs = ({ holder, by }: Signed, me: Me): boolean =>
  holder === me.holder && (!by || !me.installation || by === me.installation);

/** One that is not this installation, though it may bear its name. */
export const otherThan = ({ holder }: Pick<Signed, 'holder'>, me: Me): string =>
  holder && holder === me.holder ? `Another computer that is called ${holder} too` : holder || 'Someone';

/** What each kind of operation is doing; other words name no kind. */
export const DOING: Record<OperationKind, string> = {
  deploy: 'deploying',
  stop: 'stopping',
  start: 'starting',
  restart: 'restarting',
  delete: 'deleting',
  edit: 'changing the configuration of',
};
/** Who does what to a bot, without a full stop: the grid's offer and main's refusal say the same. */
export const whoDoesWhat = (mark: Signed & { kind: string }, bot: string, me: Me): string =>
  `${isOurs(mark, me) ? 'This computer' : otherThan(mark, me)} is ${DOING[mark.kind as OperationKind] ?? 'working on'} ${bot} right now`;
