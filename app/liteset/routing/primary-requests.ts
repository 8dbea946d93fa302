import { HeldResponse } from '../answers/held-response.ts';
import { stampPod } from '../answers/stamp.ts';
import type { WritePolicy } from '../answers/write-policy.ts';
import { abortOnClose } from '../lib/http.ts';
import { isSafe } from '../lib/repeatable.ts';
import { sendJson } from '../lib/send-json.ts';
import type { Membership } from '../membership/membership.ts';
import { statusOf } from '../membership/peers.ts';
import type { Gate } from '../switchover/gate.ts';
import { relay } from './relay.ts';
import { asksForStatus, type RequestHandler } from './requests.ts';
import type { VolumeRoom } from './volume-room.ts';
import type { Way } from './way.ts';

/** What decides on requests where only the primary answers. */
export interface PrimaryRequestOptions {
  membership: Membership;
  gate: Gate;
  /** Undefined where nobody looks at the volume. */
  volume: VolumeRoom | undefined;
  writes: WritePolicy;
  way: Way;
  answersStatus: boolean;
}

/**
 * Has the primary answer every request, whatever its method: any may write. Bodies are not read before, since they may be longer than
 * there is memory. Who may send what from which page is the application's to say.
 */
export function handleOnPrimary(options: PrimaryRequestOptions): RequestHandler {
  const { membership, gate, volume, writes, way, answersStatus } = options;
  return async (req, res, next) => {
    const response = new HeldResponse(res, (shown = membership.copy.position()) => stampPod(res, membership, shown));
    if (answersStatus && asksForStatus(req)) return sendJson(res, JSON.stringify(statusOf(membership)));
    await way.take(req, abortOnClose(res), {
      here: (connection) => {
        if (!isSafe(req)) requireRoom(volume, connection);
        writes.hold(req, response);
        gate.enter(response);
        next(connection);
      },
      there: (socket) =>
        relay(req, res, { socket, to: 'primary', by: membership.pod, onAnswer: () => response.passOn() }),
    });
  };
}

/** What does not write as a rule is let through: it would need no room, and the reserve is for that, too. */
function requireRoom(volume: VolumeRoom | undefined, connection: { destroy(): void } | undefined): void {
  try {
    volume?.require();
  } catch (problem) {
    connection?.destroy();
    throw problem;
  }
}
