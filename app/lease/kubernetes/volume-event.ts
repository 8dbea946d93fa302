import { z } from 'zod';
import type { Metrics } from '../metrics.ts';
import type { PodEvents } from './pod-events.ts';

/** The API server takes no longer message of an Event, in characters. */
const LONGEST = 1_024;

/**
 * What app/volume says: a running pod's database is damaged; it made the volume whole, it moved a part of it aside, or it
 * waits for a person. And what the application says: the volume has no more room than its reserve.
 */
export const VOLUME_REASONS = [
  'VolumeDamaged',
  'VolumeMended',
  'VolumeMovedAside',
  'VolumeWaits',
  'VolumeFull',
] as const;
const volume = z.object({ reason: z.enum(VOLUME_REASONS), message: z.string() });

/**
 * `POST /volume` with `{"reason": "VolumeWaits", "message": "…"}`: what is wrong with this pod's volume. It
 * becomes an Event of the pod, and is counted. Returns false if the body cannot be understood.
 */
export function onVolume(body: unknown, events: PodEvents, { volumeFaults }: Metrics): boolean {
  const { data } = volume.safeParse(body);
  if (data === undefined) return false;
  volumeFaults.inc({ reason: data.reason });
  void events.warn(data.reason, data.message.slice(0, LONGEST));
  return true;
}
