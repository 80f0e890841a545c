/**
 * Pages that update by themselves: one event stream per tab says by id what changed, and what
 * features have read of it is read again. A tab that nobody looks at gives its connection back,
 * because a browser has only a few of them.
 */
import { useSyncExternalStore } from 'react';
import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * By a hint's topic, the keys of what a feature has read and no longer trusts. The id names the
 * subject of the hint; it is empty when there is none.
 */
export type StaleAfter = Record<string, (id: string, client: QueryClient) => QueryKey[]>;

/** Milliseconds in which hints are collected before anything is read again. */
const COLLECT = 200;

/** Milliseconds without a stream before the page says so; a reload of the server takes less. */
const SILENCE = 4_000;

/** Milliseconds that a hidden tab keeps its stream. */
const HIDDEN = 60_000;

export type Connection = 'live' | 'lost';

let state: Connection = 'live';
const watchers = new Set<() => void>();

/** Whether changes reach this page at the moment. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (onChange) => {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    () => state,
  );
}

/** Follows what changes until the returned function is called. */
export function followChanges(client: QueryClient, features: readonly StaleAfter[]): () => void {
  const topics = new Set(features.flatMap((feature) => Object.keys(feature)));
  const waiting = new Set<string>();
  let stream: EventSource | undefined;
  let collecting: number | undefined;
  let silent: number | undefined;
  let reopening: number | undefined;
  let hiding: number | undefined;
  let missed = false;

  open();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    for (const timer of [collecting, silent, reopening, hiding]) window.clearTimeout(timer);
    stream?.close();
    report('live');
  };

  function open(): void {
    stream = new EventSource('/api/v1/events');
    stream.onopen = () => {
      window.clearTimeout(silent);
      silent = undefined;
      report('live');
      // A stream that was opened anew does not tell what happened in between.
      if (missed) void client.invalidateQueries();
      missed = false;
    };
    stream.onerror = () => {
      silent ??= window.setTimeout(() => report('lost'), SILENCE);
      // The browser tries again by itself, unless the server refused.
      if (stream?.readyState !== EventSource.CLOSED) return;
      missed = true;
      reopening = window.setTimeout(open, 3_000);
    };
    for (const topic of topics) {
      stream.addEventListener(topic, ({ data }: MessageEvent<string>) => {
        const { id } = JSON.parse(data) as { id: string | null };
        waiting.add(`${topic} ${id ?? ''}`);
        collecting ??= window.setTimeout(readAgain, COLLECT);
      });
    }
  }

  function readAgain(): void {
    collecting = undefined;
    const hints = [...waiting].map((hint) => hint.split(' '));
    waiting.clear();
    for (const [topic = '', id = ''] of hints) {
      const keys = features.flatMap((feature) => feature[topic]?.(id, client) ?? []);
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }
  }

  function onVisibility(): void {
    window.clearTimeout(hiding);
    if (document.hidden) {
      hiding = window.setTimeout(() => {
        stream?.close();
        stream = undefined;
        missed = true;
      }, HIDDEN);
    } else if (!stream) {
      open();
    }
  }
}

function report(next: Connection): void {
  if (state === next) return;
  state = next;
  for (const watcher of watchers) watcher();
}
