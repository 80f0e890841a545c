/**
 * The peer of reading: an agreement, a list and a session as somebody would write them by hand with
 * Express and `pg`: one session look-up, one indexed read, the same body. Knows no row policies.
 */
import express from 'express';
import pg from 'pg';

const [ownerUrl = '', bodies = '{}'] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: ownerUrl, max: 20 });
// The texts that the product answers, stored under their address.
await pool.query(
  'create table if not exists peer_body (path text primary key, body text not null)',
);
for (const [path, body] of Object.entries(JSON.parse(bodies) as Record<string, string>)) {
  await pool.query(
    'insert into peer_body values ($1, $2) on conflict (path) do update set body = excluded.body',
    [path, body],
  );
}

const app = express();
app.disable('x-powered-by');
app.get(/.*/, async (req, res) => {
  const token = /token=([^;.%]+)/.exec(req.headers.cookie ?? '')?.[1];
  const session = await pool.query({
    name: 'session',
    text: 'select user_id from auth.session where token = $1 and expires_at > now()',
    values: [token],
  });
  if (session.rowCount === 0) return void res.status(401).end();
  const { rows } = await pool.query<{ body: string }>({
    name: 'body',
    text: 'select body from peer_body where path = $1',
    values: [req.originalUrl],
  });
  res.type('application/json').send(rows[0]?.body ?? '{}');
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.(server.address());
});
// As long as the product keeps them: it may be a while until it is asked again.
server.keepAliveTimeout = 75_000;
