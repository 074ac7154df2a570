import { app, Notification } from 'electron';
import type { Announcement } from './announce';

/** Those that stand: without a reference a click may find nobody. */
const standing = new Set<Notification>();

/** Whether this system shows notifications to the app at all. */
export const notificationsWork = (): boolean => Notification.isSupported();

/** Shows one, where the system lets it; macOS asks the trader the first time. */
export function notify({ title, body }: Announcement, onClick: () => void): void {
  const notification = new Notification({ title, body });
  standing.add(notification);
  notification.on('click', onClick);
  for (const over of ['click', 'close', 'failed'] as const)
    notification.on(over as 'close', () => standing.delete(notification));
  notification.show();
}

/** The number on the app's icon, where the system has a place for one. */
export const showBadge = (count: number): void => void app.setBadgeCount(count);
