/** Requests by many clients at once, or at a steady pace, and what they took. */
import { Agent, request } from 'node:http';

export type Target = { url: string; cookie: string };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request; answers its milliseconds, and fails when it was not answered with 200. */
export function ask({ url, cookie }: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asking = request(url, { agent, headers: { cookie } }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${url} answered ${answer.statusCode}`));
      });
    });
    asking.once('error', reject);
    asking.end();
  });
}

/** Requests a second that these clients get answered, one after the other each. */
export async function throughput(
  target: Target,
  clients: number,
  seconds: number,
): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const counts = await Promise.all(
    Array.from({ length: clients }, async () => {
      let count = 0;
      for (; performance.now() < until; count += 1) await ask(target);
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** What each request took (ms) when so many begin in each second, whatever those before did. */
export async function atPace(
  target: Target,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const began = performance.now();
  const asked: Promise<number>[] = [];
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const due = began + (at * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const late = Math.max(0, performance.now() - due);
    asked.push(ask(target).then((took) => took + late));
  }
  return Promise.all(asked);
}
