/** How a call fails: with the problem the API speaks of, or without any answer at all. */
import type { z } from 'zod';
import type { Problem } from '../../api/http/shapes.ts';

export type ProblemBody = z.infer<typeof Problem>;

/** A call that was not answered with success. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly problem: ProblemBody;
  /**
   * Whether the change may have happened all the same. Then the same request has to be sent again
   * under the same key; nothing else tells what became of it.
   */
  readonly outcomeUnknown: boolean;
  /** Seconds after which another attempt makes sense, when the server said so. */
  readonly retryAfter: number | undefined;

  constructor(
    problem: ProblemBody,
    more: { outcomeUnknown?: boolean; retryAfter?: number | undefined } = {},
  ) {
    super(problem.code);
    this.problem = problem;
    this.outcomeUnknown = more.outcomeUnknown ?? false;
    this.retryAfter = more.retryAfter;
  }
}

/** The failure of an answer that is no success. */
export function failureOf(response: Response, text: string): CallFailed {
  const given = response.headers.get('Retry-After') ?? '';
  const retryAfter = /^\d+$/.test(given) ? Number(given) : undefined;
  const outcomeUnknown = response.status >= 500;
  return new CallFailed(problemIn(response, text), { outcomeUnknown, retryAfter });
}

/** The failure of a call that got no answer. */
export function unreachable(): CallFailed {
  return new CallFailed(wordless('Unreachable', 0), { outcomeUnknown: true });
}

/** Whether the thing asked for does not exist, or is not for this person. */
export function isNotFound(error: unknown): boolean {
  return error instanceof CallFailed && error.problem.status === 404;
}

// A proxy in between answers in its own way; its words are not for the people who read this.
function problemIn(response: Response, text: string): ProblemBody {
  const requestId = response.headers.get('X-Request-Id') ?? '';
  try {
    const body = JSON.parse(text) as Partial<ProblemBody>;
    if (typeof body.title === 'string' && typeof body.code === 'string') return body as ProblemBody;
  } catch {
    // Not JSON: no problem of ours.
  }
  const code = response.status >= 500 ? 'Unreachable' : 'Unexpected';
  return { ...wordless(code, response.status), requestId };
}

// Title and detail of these are the pages' own, by their code.
function wordless(code: string, status: number): ProblemBody {
  return { type: 'about:blank', title: '', status, code, detail: '', requestId: '' };
}
