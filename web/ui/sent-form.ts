/**
 * A form's way to the server. A change must have one outcome: the key is made for one content and
 * kept until that content has been answered; when no answer came, the very same request is sent
 * again and nothing may be edited in between, because nobody knows yet what became of it.
 */
import { useRef, useState } from 'react';
import { useForm } from '@mantine/form';
import type { FormErrors, UseFormReturnType } from '@mantine/form';
import { CallFailed, unreachable } from '../connection/failure.ts';
import { freshKey } from '../connection/fresh-key.ts';

/** One attempt: what is sent, and the key under which it has one outcome. */
export type Attempt<Body> = { body: Body; once: string };

export type Sending =
  | { state: 'idle' }
  | { state: 'sending' }
  /** Answered with a refusal; the form may be mended and sent again. */
  | { state: 'refused'; error: unknown }
  /** Not answered; the same request can be sent again. */
  | { state: 'unknown'; error: unknown };

export type SentForm<Values extends Record<string, unknown>> = {
  form: UseFormReturnType<Values>;
  sending: Sending;
  /** Messages about fields that the form does not have. */
  remaining: string[];
  submit: (event?: React.SyntheticEvent<HTMLFormElement>) => void;
  /** Takes a refusal back whose reason is gone. */
  clearRefusal: () => void;
  /** Fields cannot be changed while an answer is awaited or unknown. */
  isLocked: boolean;
  /** Whether something was filled in that has not been sent. */
  hasUnsent: () => boolean;
};

export function useSentForm<Values extends Record<string, unknown>, Body, Answer>({
  initialValues,
  gaps,
  compose,
  send,
  onDone,
  onValuesChange,
  unanswered,
  onAttempt,
}: {
  initialValues: Values;
  /** What is missing or contradictory, by field; empty when it can be sent. */
  gaps?: (values: Values) => FormErrors;
  compose: (values: Values) => Body;
  send: (attempt: Attempt<Body>) => Promise<Answer>;
  onDone: (answer: Answer, values: Values) => void;
  onValuesChange?: (values: Values) => void;
  /** An attempt of which this page heard no answer before it was opened again. */
  unanswered?: Attempt<Body> | undefined;
  /** Told of each attempt as it begins, and of nothing once it has been answered. */
  onAttempt?: (attempt: Attempt<Body> | undefined) => void;
}): SentForm<Values> {
  const [sending, setSending] = useState<Sending>(
    unanswered ? { state: 'unknown', error: unreachable() } : { state: 'idle' },
  );
  const [remaining, setRemaining] = useState<string[]>([]);
  const open = useRef(unanswered);
  const done = useRef(false);
  const form = useForm<Values>({
    initialValues,
    ...(gaps && { validate: gaps }),
    ...(onValuesChange && { onValuesChange }),
  });

  async function attempt(values: Values): Promise<void> {
    const current = open.current ?? { body: compose(values), once: freshKey() };
    if (!open.current) onAttempt?.(current);
    open.current = current;
    setSending({ state: 'sending' });
    try {
      const answer = await send(current);
      finish();
      done.current = true;
      setSending({ state: 'idle' });
      onDone(answer, values);
    } catch (error) {
      if (error instanceof CallFailed && error.outcomeUnknown) {
        setSending({ state: 'unknown', error });
        return;
      }
      finish();
      const { shown, rest } = errorsFor(form, error);
      form.setErrors(shown);
      setRemaining(rest);
      setSending({ state: 'refused', error });
      focusFirst(Object.keys(shown));
    }
  }

  function finish(): void {
    open.current = undefined;
    onAttempt?.(undefined);
  }

  const submit = form.onSubmit(
    (values) => void attempt(values),
    (errors) => focusFirst(Object.keys(errors)),
  );
  const isLocked = sending.state === 'sending' || sending.state === 'unknown';
  return {
    form,
    sending,
    remaining,
    isLocked,
    hasUnsent: () => !done.current && form.isDirty(),
    clearRefusal: () => {
      finish();
      setSending({ state: 'idle' });
      setRemaining([]);
    },
    // What was sent has been checked; sent again it must not change.
    submit: (event) => {
      if (sending.state === 'sending') return event?.preventDefault();
      if (open.current) {
        event?.preventDefault();
        void attempt(form.getValues());
      } else submit(event);
    },
  };
}

/** Which messages a form can show beside its fields, and which it has no field for. */
function errorsFor<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  error: unknown,
): { shown: FormErrors; rest: string[] } {
  const shown: FormErrors = {};
  const rest: string[] = [];
  const errors = error instanceof CallFailed ? (error.problem.errors ?? []) : [];
  const fields = Object.keys(form.getValues());
  for (const { field, message } of errors) {
    const [first = ''] = field.split('.');
    if (fields.includes(first)) shown[field] = message;
    if (!fields.includes(field) && !fieldNamed(field)) rest.push(message);
  }
  return { shown, rest };
}

/** Leads people to the first field that is wrong, once it says so. */
function focusFirst(fields: string[]): void {
  requestAnimationFrame(() => {
    const named = fields.map(fieldNamed).find((element) => element !== null);
    const wrong = named ?? document.querySelector<HTMLElement>('form [aria-invalid="true"]');
    wrong?.focus();
  });
}

function fieldNamed(field: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
}
