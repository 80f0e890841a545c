/** What one side does to an agreement, as the others read it: by mail before it leaves, and on timelines. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActiveAgreement, anAgreement } from '../../support/agreements.ts';
import { inSigning, recorded, recordedAndRunning } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';

type Mail = { id: string; template: string; subject: string; readers: { to: string }[] };

let api: Api;
beforeAll(async () => {
  api = await anApi('2024-03-01');
});
afterAll(() => api.stop());

const letterAbout = async (who: Caller, agreement: string, template: string) => {
  const { body } = await who.get(`/outbox?agreement=${agreement}&template=${template}`);
  const [mail] = body.items as Mail[];
  const { body: letter } = await who.get(`/outbox/${mail?.id}`);
  return letter as Mail & { text: string };
};

describe('a proposal that one side withdraws', () => {
  test('is told to the other side, with who, when and why', async () => {
    const { id, at } = await inSigning(api);
    const head = await api.as('head-tondano');

    await head.post(`${at}/withdrawals`, { reason: 'Anggaran dialihkan.' });
    const letter = await letterAbout(await api.as('legal-mitra'), id, 'withdrawn');

    expect(letter.subject).toBe('Dicabut: “PKS Pekerja Rentan 2024”');
    expect(letter.readers.map(({ to }) => to)).toEqual([
      'legal-mitra@example.test',
      'proposer-mitra@example.test',
    ]);
    expect(letter.text).toContain(
      'Kantor Cabang Tondano mencabut usulan PKS “PKS Pekerja Rentan 2024”',
    );
    expect(letter.text).toContain('Pada tanggal: 1 Maret 2024');
    expect(letter.text).toContain('Alasan: Anggaran dialihkan.');
  });

  test('is no news to whoever withdrew it', async () => {
    const { id, at } = await inSigning(api);
    const head = await api.as('head-tondano');

    await head.post(`${at}/withdrawals`, { reason: 'Anggaran dialihkan.' });
    const letter = await letterAbout(head, id, 'withdrawn');

    expect(letter.readers.map(({ to }) => to)).toEqual(['officer-tondano@example.test']);
  });
});

describe('an MoU that one side ends', () => {
  const mouOf = (pksParty: string) => {
    const mou = anActiveAgreement({
      term: { start: '2024-02-01', end: '2028-12-31' },
      kind: 'mou',
      form: 'nota-kesepakatan',
    });
    const pks = anAgreement({
      parent: { ...mou, exceptionNoteId: null },
      proposer: pksParty,
      proposingParty: pksParty,
      parties: [
        { id: pksParty, side: 'government', outside: false },
        { id: offices.tondano, side: 'bpjs', outside: false },
      ],
    });
    return { mou, pks };
  };
  const ending = {
    reason: 'change-of-law',
    lastDay: '2024-03-01',
    evidence: { number: 'SURAT-CONTOH-1', date: '2024-03-01' },
  };

  test('is told to those whose PKS rests on it, and stands on the timeline of the PKS', async () => {
    const { mou, pks } = mouOf(offices.mitraSocial);
    const { at } = await recordedAndRunning(api, mou, 'MoU contoh');
    await recorded(api, pks, 'PKS di bawahnya');

    const ended = await (await api.as('head-tondano')).post(`${at}/terminations`, ending);
    const social = await api.as('social-mitra');
    const letter = await letterAbout(social, pks.id, 'underlying-changed');
    const { body: timeline } = await social.get(`/agreements/${pks.id}/timeline`);

    expect(ended.status).toBe(200);
    expect(letter.subject).toBe('Perubahan pada MoU induk dari “PKS di bawahnya”');
    expect(letter.text).toContain(
      'Kantor Cabang Tondano mencatat bahwa MoU “MoU contoh” diakhiri karena',
    );
    expect(letter.text).toContain('Hari terakhir berlaku 1 Maret 2024.');
    expect(letter.readers.map(({ to }) => to)).toContain('social-mitra@example.test');
    expect(timeline.items[0]).toMatchObject({
      version: null,
      by: { office: 'Kantor Cabang Tondano' },
      events: [
        {
          kind: 'underlying-changed',
          relation: 'parent',
          agreement: mou.id,
          event: { kind: 'terminated', lastDay: '2024-03-01' },
        },
      ],
    });
  });

  test('is told once to those who have both', async () => {
    const { mou, pks } = mouOf(offices.mitraLabour);
    const { at } = await recordedAndRunning(api, mou, 'MoU contoh');
    await recorded(api, pks, 'PKS di bawahnya');

    await (await api.as('head-tondano')).post(`${at}/terminations`, ending);
    const labour = await api.as('proposer-mitra');
    const { body } = await labour.get(`/outbox?agreement=${pks.id}`);
    const letter = await letterAbout(labour, mou.id, 'terminated');

    expect(body.items).toEqual([]);
    expect(letter.subject).toBe('Diakhiri: “MoU contoh”');
  });
});

describe('a mail that waits, for the administrator', () => {
  test('reads as it will be, though the agreement is hidden from administrators', async () => {
    const { id, at } = await inSigning(api);
    await (await api.as('head-tondano')).post(`${at}/withdrawals`, { reason: 'Ulang dari awal.' });
    const admin = await api.as('admin-operator');

    const agreement = await admin.get(at);
    const { body } = await admin.get(`/outbox?agreement=${id}`);
    const letter = await letterAbout(admin, id, 'withdrawn');

    expect(agreement.status).toBe(403);
    expect((body.items as Mail[]).map(({ subject }) => subject)).not.toContain('—');
    expect(letter.subject).toBe('Dicabut: “PKS Pekerja Rentan 2024”');
    expect(letter.text).toContain('Alasan: Ulang dari awal.');
    expect(letter.readers.length).toBeGreaterThan(2);
  });

  test('is not to be read by those whom it does not concern', async () => {
    const { id, at } = await inSigning(api);
    await (await api.as('head-tondano')).post(`${at}/withdrawals`, { reason: randomUUID() });

    const foreign = await (await api.as('inspector-minahasa')).get(`/outbox?agreement=${id}`);
    const branch = await letterAbout(await api.as('officer-tondano'), id, 'withdrawn');

    expect(foreign.body.items ?? []).toEqual([]);
    // It does not learn who reads the mail on the other side.
    expect(branch.readers.map(({ to }) => to).join()).not.toContain('mitra');
  });
});
