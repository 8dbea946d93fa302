import { Elector } from '../../../../../app/lease/core/elector.ts';
import type { Survey } from '../../../../../app/lease/core/freshness.ts';
import type { Self } from '../../../../../app/lease/core/holder.ts';
import { type Timing, timing } from '../../../../../app/lease/core/timing.ts';
import { ApiServer } from './api-server.ts';
import type { Events } from './events.ts';

/** What the pods are made of: the real thing, or one that lacks a protection, to see whether the checks notice. */
export interface Variant {
  api(): ApiServer;
  elector(self: Self, timing: Timing, events: Events): Elector;
  timing(leaseSeconds: number): Timing;
  /** What a candidate finds out. */
  survey(survey: Survey): Survey;
  /** Whether an application looks at the fence before it acknowledges a write. */
  fenced: boolean;
}

/** The real thing. */
export const REAL: Variant = {
  api: () => new ApiServer(),
  elector: (self, times) => new Elector(self, times),
  timing: (leaseSeconds) => timing(leaseSeconds, 30),
  survey: (survey) => survey,
  fenced: true,
};
