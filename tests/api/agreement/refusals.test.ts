/**
 * Every way in which the rules say no, as a person hears it: status, code, field, and a sentence
 * in Bahasa Indonesia with names in place of ids. The sentences stand here by hand.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../domain/refusals.ts';
import {
  after,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  bothSign,
  theWayToSigning,
} from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Reply } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import type { PersonName } from '../../support/cast.ts';
import {
  aNewHead,
  aPksBody,
  recordedAndRunning,
  recorded,
} from '../../support/agreements-over-http.ts';

const TODAY = '2024-01-08';

const LABOUR = 'Dinas Tenaga Kerja dan Transmigrasi';
const TONDANO = 'Kantor Cabang Tondano';

type Expected = { status: number; code: string; field?: string; detail: string };

const heard = new Set<string>();

function expectRefusal(reply: Reply, { status, code, field, detail }: Expected): void {
  heard.add(code);
  const errors = field === undefined ? undefined : [{ field, message: detail }];
  expect({ ...reply.body, status: reply.status }).toMatchObject({ status, code, detail });
  expect(reply.body.errors).toEqual(errors);
}

describe('a refused request', () => {
  let api: Api;
  beforeAll(async () => {
    api = await anApi(TODAY);
  });
  afterAll(() => api.stop());

  const post = async (person: PersonName, path: string, body?: unknown, headers = {}) =>
    (await api.as(person)).post(path, body, headers);

  describe('when an agreement is proposed', () => {
    const refused: [string, object, Expected][] = [
      [
        'a form of the other kind',
        { form: 'nota-kesepahaman' },
        {
          status: 422,
          code: 'FormUnsuitable',
          field: 'form',
          detail:
            'Bentuk naskah Nota Kesepahaman tidak dipakai untuk jenis PKS. Pilih bentuk lain.',
        },
      ],
      [
        'a party twice',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { office: offices.tondano, side: 'bpjs' },
            { office: offices.tondano, side: 'bpjs' },
          ],
        },
        {
          status: 422,
          code: 'PartyTwice',
          field: 'parties',
          detail: `${TONDANO} tercantum dua kali. Satu kantor hanya boleh menjadi satu pihak.`,
        },
      ],
      [
        'a party twice, once in capitals',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { office: offices.tondano, side: 'bpjs' },
            { office: offices.tondano.toUpperCase(), side: 'bpjs' },
          ],
        },
        {
          status: 422,
          code: 'PartyTwice',
          field: 'parties',
          detail: `${TONDANO} tercantum dua kali. Satu kantor hanya boleh menjadi satu pihak.`,
        },
      ],
      [
        'a single party',
        { parties: [{ office: offices.mitraLabour, side: 'government' }] },
        {
          status: 422,
          code: 'PartyCountWrong',
          field: 'parties',
          detail: 'Perjanjian mengikat dua atau tiga pihak; di sini ada 1.',
        },
      ],
      [
        'nobody from BPJS',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { office: offices.mitraSocial, side: 'government' },
          ],
        },
        {
          status: 422,
          code: 'SidesMissing',
          field: 'parties',
          detail:
            'Belum ada pihak dari sisi BPJS Ketenagakerjaan. Perjanjian memerlukan pemerintah daerah dan BPJS Ketenagakerjaan.',
        },
      ],
      [
        'a proposer who stands apart',
        { proposingParty: offices.mitraSocial },
        {
          status: 422,
          code: 'ProposerApart',
          field: 'proposingParty',
          detail: 'Kantor pengusul harus menjadi pihak atau bagian dari salah satu pihak.',
        },
      ],
      [
        'a branch on the side of the government',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { office: offices.tondano, side: 'government' },
            { outside: 'Bank Contoh', side: 'bpjs' },
          ],
        },
        {
          status: 422,
          code: 'SideWrong',
          field: 'parties',
          detail: `${TONDANO} tidak berada pada sisi yang disebut. Kantor pemerintah daerah berada di sisi pemerintah, kantor BPJS Ketenagakerjaan di sisi BPJS, dan pihak lain dicatat sebagai pihak luar.`,
        },
      ],
      [
        'the region of a neighbour',
        { region: '71.02' },
        {
          status: 422,
          code: 'RegionApart',
          field: 'region',
          detail:
            'Wilayah 71.02 bukan wilayah pemerintah daerah yang menjadi pihak. Pilih wilayah pemerintah daerah itu; wilayah yang dilayani diisi tersendiri.',
        },
      ],
      [
        'BPJS as a party outside the system',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { outside: 'Cabang Contoh', side: 'bpjs' },
          ],
        },
        {
          status: 422,
          code: 'PartyInSystem',
          field: 'parties',
          detail:
            'BPJS Ketenagakerjaan sudah memakai Mapalus, jadi tidak dapat dicatat sebagai pihak luar. Pilih kantornya dari daftar; kantor itu sendiri yang mencatat perbuatannya.',
        },
      ],
      [
        'an end before the start',
        { term: { start: '2024-03-01', end: '2024-02-29' } },
        {
          status: 422,
          code: 'TermReversed',
          field: 'term.end',
          detail:
            'Tanggal berakhir (29 Februari 2024) mendahului tanggal mulai (1 Maret 2024). Isi tanggal berakhir yang sama atau lebih kemudian.',
        },
      ],
      [
        'approvals that wait for each other',
        {
          approvals: [
            { id: 'hukum', offices: [offices.mitraLegal], after: ['sekda'] },
            { id: 'sekda', offices: [offices.mitra], after: ['hukum'] },
          ],
        },
        {
          status: 422,
          code: 'StepsTangled',
          field: 'approvals',
          detail:
            'Langkah berikut saling menunggu, menunggu langkah yang tidak ada, atau rangkap: hukum, sekda. Perbaiki urutannya.',
        },
      ],
      [
        'an office that nobody knows',
        {
          parties: [
            { office: offices.mitraLabour, side: 'government' },
            { office: randomUUID(), side: 'bpjs' },
          ],
        },
        {
          status: 422,
          code: 'OfficeUnknown',
          field: 'parties.1.office',
          detail: 'Kantor yang disebut tidak ada.',
        },
      ],
      [
        'a foreign office as proposer',
        { proposer: offices.minahasaLabour },
        {
          status: 403,
          code: 'OfficeNotYours',
          field: 'proposer',
          detail: 'Anda tidak berwenang bertindak untuk kantor tersebut dalam hal ini.',
        },
      ],
      [
        'a region that does not exist',
        { region: '99.99' },
        {
          status: 422,
          code: 'RegionUnknown',
          field: 'region',
          detail: 'Kode wilayah 99.99 tidak ada dalam Kepmendagri.',
        },
      ],
      [
        'an area that does not exist',
        { area: ['71.07', '99'] },
        {
          status: 422,
          code: 'RegionUnknown',
          field: 'area',
          detail: 'Kode wilayah 99 tidak ada dalam Kepmendagri.',
        },
      ],
      [
        'an umbrella that nobody knows',
        { parent: randomUUID() },
        {
          status: 422,
          code: 'AgreementUnknown',
          field: 'parent',
          detail: 'Perjanjian yang disebut tidak ada, atau bukan untuk Anda.',
        },
      ],
    ];

    test.each(refused)('names %s', async (_what, only, expected) => {
      const reply = await post('proposer-mitra', '/agreements', aPksBody(only));

      expectRefusal(reply, expected);
    });

    test('names a basis that was not yet law on that day', async () => {
      await api.rows(
        `update membership set from_day = '2015-01-01' where user_id = 'proposer-mitra'`,
      );
      await api.engine.setClock('2018-07-12');

      const reply = await post('proposer-mitra', '/agreements', aPksBody());
      await api.engine.setClock(TODAY);

      expectRefusal(reply, {
        status: 422,
        code: 'LegalBasisUnknown',
        field: 'legalBasis',
        detail:
          'Dasar hukum KSDPK (PP 28/2018) belum atau tidak lagi berlaku pada tanggal pengusulan.',
      });
    });

    test('keeps a PKS inside its MoU, unless the exception is recorded', async () => {
      const mou = await recorded(
        api,
        anActiveAgreement({
          kind: 'mou',
          form: 'nota-kesepakatan',
          term: { start: '2024-01-08', end: '2024-06-30' },
        }),
      );

      const beyond = await post('proposer-mitra', '/agreements', aPksBody({ parent: mou.id }));
      const excepted = await post(
        'proposer-mitra',
        '/agreements',
        aPksBody({ parent: mou.id, parentException: 'Menunggu MoU baru' }),
      );

      expectRefusal(beyond, {
        status: 422,
        code: 'TermOutsideParent',
        field: 'term',
        detail:
          'Jangka waktu PKS harus berada dalam jangka waktu MoU (8 Januari 2024 s.d. 30 Juni 2024). Sesuaikan tanggalnya, atau catat alasan pengecualiannya.',
      });
      expect(excepted.body).toMatchObject({
        parent: { id: mou.id },
        parentException: {
          reason: 'Menunggu MoU baru',
          term: { start: '2024-01-08', end: '2024-12-31' },
        },
      });
    });

    test('takes nothing but an MoU for an umbrella', async () => {
      const pks = await recorded(api, anActiveAgreement());

      const reply = await post('proposer-mitra', '/agreements', aPksBody({ parent: pks.id }));

      expectRefusal(reply, {
        status: 422,
        code: 'ParentUnsuitable',
        field: 'parent',
        detail:
          'Perjanjian induk harus berupa MoU yang belum berakhir. Bila MoU di atasnya sudah berakhir, catat alasan pengecualiannya lewat Ubah tanggal.',
      });
    });
  });

  describe('while the text is on its way', () => {
    let at: string;
    beforeAll(async () => {
      const parties = [
        { id: offices.mitraLabour, side: 'government' as const, outside: false },
        { id: offices.mitraSocial, side: 'government' as const, outside: false },
        { id: offices.tondano, side: 'bpjs' as const, outside: false },
      ];
      const agreement = anAgreement({ on: TODAY, parties });
      await api.rows('insert into submitting_office (agreement_id, office_id) values ($1, $2)', [
        agreement.id,
        offices.manado,
      ]);
      ({ at } = await recordedAndRunning(api, agreement));
    });

    const refused: [string, PersonName, string, object | undefined, Expected][] = [
      [
        'a hand that does not have the text',
        'officer-tondano',
        'submissions',
        {},
        {
          status: 409,
          code: 'NotYourTurn',
          detail: `Naskah sedang berada di: ${LABOUR}. Tunggu giliran atau minta naskah diteruskan kepada ${TONDANO}.`,
        },
      ],
      [
        'an office that only hands in lists',
        'officer-manado',
        'submissions',
        {},
        {
          status: 422,
          code: 'NotAParty',
          field: 'office',
          detail:
            'Kantor Cabang Manado bukan pihak dan bukan pengusul perjanjian ini. Bertindaklah untuk salah satu pihaknya.',
        },
      ],
      [
        'an approval before its stage',
        'legal-mitra',
        'approvals',
        { step: 'hukum' },
        {
          status: 409,
          code: 'StageForbids',
          detail: 'Langkah ini tidak dapat dilakukan pada tahap usulan.',
        },
      ],
      [
        'a desk that has no part in this',
        'proposer-mitra',
        'turns',
        { to: offices.minahasa },
        {
          status: 422,
          code: 'DeskUnknown',
          field: 'to',
          detail: `Naskah hanya dapat diteruskan kepada pihak, pengusul, atau pemberi persetujuan: ${LABOUR}, Dinas Sosial, ${TONDANO}, Bagian Hukum.`,
        },
      ],
      [
        'a turn to where the text is',
        'proposer-mitra',
        'turns',
        { to: offices.mitraLabour },
        {
          status: 409,
          code: 'TurnUnchanged',
          field: 'to',
          detail: `Naskah sudah berada di ${LABOUR}. Pilih meja yang lain.`,
        },
      ],
      [
        'an act for somebody who has an account',
        'proposer-mitra',
        'submissions',
        { onBehalfOf: offices.tondano, evidence: { number: '1/2024', date: TODAY } },
        {
          status: 422,
          code: 'NotAnOutsideParty',
          field: 'onBehalfOf',
          detail:
            'Pihak ini mempunyai akun di sini dan mencatat tindakannya sendiri. Hanya tindakan pihak luar yang dicatat oleh pihak lain.',
        },
      ],
      [
        'a withdrawal by somebody of two parties who does not say for which',
        'legal-mitra',
        'withdrawals',
        { reason: 'Anggaran belum tersedia' },
        {
          status: 422,
          code: 'OfficeUnclear',
          field: 'office',
          detail: `Anda dapat bertindak untuk beberapa kantor: ${LABOUR}, Dinas Sosial. Sebutkan salah satunya (office).`,
        },
      ],
      [
        "an act for somebody else's office",
        'proposer-mitra',
        'submissions',
        { office: offices.tondano },
        {
          status: 403,
          code: 'OfficeNotYours',
          field: 'office',
          detail: 'Anda tidak berwenang bertindak untuk kantor tersebut dalam hal ini.',
        },
      ],
      [
        'an office holder nobody knows',
        'proposer-mitra',
        'submissions',
        { actedBy: randomUUID() },
        {
          status: 422,
          code: 'HolderUnknown',
          field: 'actedBy',
          detail: 'Pejabat yang disebut tidak terdaftar di kantor yang Anda kenal.',
        },
      ],
      [
        'an act on paper of the other side',
        'proposer-mitra',
        'submissions',
        { actedBy: holders.headTondano, evidence: { number: '1/2024', date: TODAY } },
        {
          status: 422,
          code: 'HolderWithoutAuthority',
          field: 'actedBy',
          detail: `Pejabat ini tidak menjabat di ${LABOUR} atau di atasnya pada 8 Januari 2024. Pilih pejabat yang sedang menjabat di sana.`,
        },
      ],
      [
        'an end before the start',
        'legal-mitra',
        'dates',
        {
          office: offices.mitraLabour,
          term: { start: '2024-02-01', end: '2024-01-31' },
          reason: 'Salah ketik',
        },
        {
          status: 422,
          code: 'TermReversed',
          field: 'term.end',
          detail:
            'Tanggal berakhir (31 Januari 2024) mendahului tanggal mulai (1 Februari 2024). Isi tanggal berakhir yang sama atau lebih kemudian.',
        },
      ],
      [
        'the renewal of what was never in force',
        'proposer-mitra',
        'renewals',
        { term: { start: '2025-01-01', end: '2025-12-31' } },
        {
          status: 409,
          code: 'NotRenewable',
          detail:
            'Hanya perjanjian yang sedang atau pernah berlaku sampai akhir yang dapat diperpanjang, dengan jenis yang sama dan tanggal mulai yang lebih kemudian.',
        },
      ],
    ];

    test.each(refused)('names %s', async (_what, person, command, body, expected) => {
      const reply = await post(person, `${at}/${command}`, body);

      expectRefusal(reply, expected);
    });

    test('says what would be possible instead', async () => {
      const reply = await post('proposer-mitra', `${at}/turns`, { to: offices.mitraLabour });

      expect(reply.body.possible).toEqual(['submit', 'passTurn', 'correctTitle']);
    });

    test('tells a stale reader of the newer version', async () => {
      const read = await (await api.as('proposer-mitra')).get(at);

      await post('proposer-mitra', `${at}/turns`, { to: offices.tondano });
      const stale = await post(
        'officer-tondano',
        `${at}/turns`,
        { to: offices.mitraLabour },
        { 'If-Match': read.headers.get('etag') ?? '' },
      );
      const fresh = await post(
        'officer-tondano',
        `${at}/turns`,
        { to: offices.mitraLabour },
        { 'If-Match': stale.headers.get('etag') ?? '' },
      );

      expectRefusal(stale, {
        status: 412,
        code: 'VersionStale',
        detail:
          'Perjanjian ini sudah diubah orang lain (versi 2, Anda membaca versi 1). Muat ulang, periksa, lalu ulangi.',
        field: 'If-Match',
      });
      expect(fresh.status).toBe(200);
    });
  });

  describe('while it is being approved', () => {
    let at: string;
    beforeAll(async () => {
      const approvals = [
        { id: 'hukum', offices: [offices.mitraLegal], after: [] },
        { id: 'asisten', offices: [offices.mitraSocial, offices.mitraLegal], after: [] },
        { id: 'sekda', offices: [offices.mitraLegal], after: ['hukum'] },
      ];
      const handedIn = theWayToSigning(TODAY)
        .slice(0, 3)
        .map((each) => ({ ...each, recordedBy: { ...each.recordedBy, userId: 'legal-mitra' } }));
      ({ at } = await recordedAndRunning(
        api,
        after(anAgreement({ on: TODAY, approvals }), handedIn),
      ));
    });

    const refused: [string, PersonName, object, Expected][] = [
      [
        'a step that is not there',
        'approver-mitra',
        { step: 'bupati' },
        {
          status: 422,
          code: 'StepUnknown',
          field: 'step',
          detail: 'Langkah bupati tidak ada dalam alur persetujuan perjanjian ini.',
        },
      ],
      [
        'an approval out of turn',
        'approver-mitra',
        { step: 'sekda' },
        {
          status: 409,
          code: 'StepNotReady',
          field: 'step',
          detail: 'Langkah sekda menunggu: hukum.',
        },
      ],
      [
        'who handed in the text and would approve it, too',
        'legal-mitra',
        { step: 'hukum' },
        {
          status: 409,
          code: 'MakerIsChecker',
          field: 'actedBy',
          detail:
            'Akun yang menulis naskah atau mengubah jangka waktunya tidak dapat memberi atau mencatat persetujuan pada langkah hukum. Mintalah rekan lain di kantor ini melakukannya dengan akunnya.',
        },
      ],
      [
        'an approver of another office',
        'head-tondano',
        { step: 'hukum' },
        {
          status: 409,
          code: 'NotYourTurn',
          detail: `Naskah sedang berada di: Bagian Hukum. Tunggu giliran atau minta naskah diteruskan kepada ${TONDANO}.`,
        },
      ],
    ];

    test.each(refused)('names %s', async (_what, person, body, expected) => {
      const reply = await post(person, `${at}/approvals`, body);

      expectRefusal(reply, expected);
    });

    test('names a step that has been approved already', async () => {
      await post('approver-mitra', `${at}/approvals`, { step: 'hukum' });

      const reply = await post('approver-mitra', `${at}/approvals`, { step: 'hukum' });

      expectRefusal(reply, {
        status: 409,
        code: 'StepAlreadyApproved',
        field: 'step',
        detail: 'Langkah hukum sudah disetujui untuk naskah ini.',
      });
    });
  });

  describe('while it is being signed', () => {
    const OUTSIDE = randomUUID();
    let at: string;
    beforeAll(async () => {
      const parties = [
        { id: offices.mitraLabour, side: 'government' as const, outside: false },
        { id: offices.tondano, side: 'bpjs' as const, outside: false },
        { id: OUTSIDE, side: 'other' as const, outside: true },
      ];
      const state = anAgreement({ on: TODAY, parties });
      const forOutside = {
        ...theWayToSigning(TODAY)[2],
        commandId: randomUUID(),
        onBehalfOf: OUTSIDE,
        evidenceId: randomUUID(),
        recordedBy: { userId: 'proposer-mitra', officeId: offices.mitraLabour },
      } as ReturnType<typeof theWayToSigning>[number];
      const [first, second, third, fourth] = theWayToSigning(TODAY);
      if (!first || !second || !third || !fourth) throw new Error('the way is shorter');
      const way = [first, second, third, forOutside, fourth];
      await api.rows(
        `insert into note (id, agreement_id, kind, text, office_id, author_id, visibility)
         values ($1, $2, 'outside-party', 'Koperasi Nelayan Contoh', $3, 'proposer-mitra', 'shared')`,
        [OUTSIDE, state.id, offices.mitraLabour],
      );
      ({ at } = await recordedAndRunning(api, after(state, way)));
    });

    const ours = { party: offices.mitraLabour, actedBy: holders.labourHeadMitra, signedOn: TODAY };
    const refused: [string, PersonName, string, object, Expected][] = [
      [
        'a party that is none',
        'proposer-mitra',
        'signatures',
        { ...ours, party: offices.mitraSocial },
        {
          status: 422,
          code: 'PartyUnknown',
          field: 'party',
          detail:
            'Pihak yang disebut tidak ada dalam perjanjian ini. Pilih salah satu pihak yang tercantum.',
        },
      ],
      [
        'a signature of the morrow',
        'proposer-mitra',
        'signatures',
        { ...ours, signedOn: '2024-01-09' },
        {
          status: 422,
          code: 'SignedInFuture',
          field: 'signedOn',
          detail:
            'Tanggal 9 Januari 2024 belum tiba (hari ini 8 Januari 2024). Isi tanggal yang sebenarnya.',
        },
      ],
      [
        'a signature by nobody',
        'proposer-mitra',
        'signatures',
        { party: offices.mitraLabour, signedOn: TODAY },
        {
          status: 422,
          code: 'SignatoryUnknown',
          field: 'actedBy',
          detail: 'Pilih pejabat penanda tangan yang terdaftar untuk pihak ini.',
        },
      ],
      [
        'a signature by somebody without authority',
        'proposer-mitra',
        'signatures',
        { ...ours, actedBy: holders.legalHeadMitra },
        {
          status: 422,
          code: 'SignatoryWithoutAuthority',
          field: 'actedBy',
          detail:
            'Pejabat ini tidak berwenang menandatangani PKS untuk pihak tersebut pada 8 Januari 2024. Periksa masa jabatan dan kuasanya, atau pilih pejabat lain.',
        },
      ],
      [
        'a signature by the regent who comes next year',
        'proposer-mitra',
        'signatures',
        { ...ours, actedBy: holders.regentMitra },
        {
          status: 422,
          code: 'SignatoryWithoutAuthority',
          field: 'actedBy',
          detail:
            'Pejabat ini tidak berwenang menandatangani PKS untuk pihak tersebut pada 8 Januari 2024. Periksa masa jabatan dan kuasanya, atau pilih pejabat lain.',
        },
      ],
      [
        'an act of an outside party without a letter',
        'proposer-mitra',
        'signatures',
        { party: OUTSIDE, outsideSigner: 'Ketua Contoh', signedOn: TODAY },
        {
          status: 422,
          code: 'EvidenceRequired',
          field: 'evidence',
          detail: 'Cantumkan nomor dan tanggal surat sebagai bukti (evidence).',
        },
      ],
    ];

    test.each(refused)('names %s', async (_what, person, command, body, expected) => {
      const reply = await post(person, `${at}/${command}`, body);

      expectRefusal(reply, expected);
    });

    test('names who entered the holder and would sign in that name', async () => {
      await api.rows(
        `insert into membership (id, user_id, office_id, role, from_day)
         values (gen_random_uuid(), 'admin-mitra', $1, 'proposer', '2020-01-01')`,
        [offices.mitraLabour],
      );
      const holder = await aNewHead(await api.as('admin-mitra'));
      const reply = await post('admin-mitra', `${at}/signatures`, { ...ours, actedBy: holder });

      expectRefusal(reply, {
        status: 409,
        code: 'HolderEnteredByYou',
        field: 'actedBy',
        detail:
          'Anda yang memasukkan Contoh Kadis Baru ke daftar pejabat. Perbuatan atas namanya dicatat oleh rekan lain dengan akunnya.',
      });
    });

    test('names the account that would record the last signature after all others', async () => {
      const signed = anAgreementAt('signing', {
        on: TODAY,
        term: { start: TODAY, end: '2024-12-31' },
      });
      const recordedBy = { userId: 'treasurer-mitra', officeId: offices.mitraLabour };
      const first = bothSign(TODAY)
        .slice(0, 1)
        .map((each) => ({ ...each, recordedBy }));
      const running = await recordedAndRunning(api, after(signed, first));
      await api.rows(
        `insert into membership (id, user_id, office_id, role, from_day)
         values (gen_random_uuid(), 'treasurer-mitra', $1, 'branch-officer', '2020-01-01')`,
        [offices.tondano],
      );
      const reply = await post('treasurer-mitra', `${running.at}/signatures`, {
        party: offices.tondano,
        actedBy: holders.headTondano,
        signedOn: TODAY,
      });

      expectRefusal(reply, {
        status: 409,
        code: 'SecondAccountNeeded',
        field: 'party',
        detail: `Anda sudah mencatat semua tanda tangan lain. Tanda tangan ${TONDANO} dicatat oleh rekan lain dengan akunnya, agar perjanjian tidak berlaku karena satu orang saja.`,
      });
    });

    test('names the missing signer of an outside party', async () => {
      const reply = await post('proposer-mitra', `${at}/signatures`, {
        party: OUTSIDE,
        signedOn: TODAY,
        evidence: { number: '5/KN/2024', date: TODAY },
      });

      expect(reply.body).toMatchObject({
        status: 422,
        code: 'InvalidRequest',
        errors: [{ field: 'outsideSigner', message: 'Sebutkan siapa yang menandatangani.' }],
      });
    });

    test('names a number that is in the register already, and one that is entered already', async () => {
      const other = await recordedAndRunning(
        api,
        after(anAgreement({ on: TODAY }), theWayToSigning(TODAY)),
      );
      const number = { party: offices.mitraLabour, number: '560/12/2024', dated: TODAY };

      await post('proposer-mitra', `${other.at}/numbers`, number);
      const taken = await post('proposer-mitra', `${at}/numbers`, {
        ...number,
        number: '560 / 12 / 2024',
      });
      const again = await post('proposer-mitra', `${other.at}/numbers`, {
        ...number,
        number: '560/13/2024',
      });

      expectRefusal(taken, {
        status: 409,
        code: 'NumberTaken',
        field: 'number',
        detail: `Nomor ini sudah dipakai oleh ${LABOUR} untuk naskah sejenis pada tahun 2024. Periksa buku register.`,
      });
      expectRefusal(again, {
        status: 409,
        code: 'NumberAlreadyRecorded',
        field: 'party',
        detail: 'Nomor untuk pihak ini sudah dicatat.',
      });
    });

    test('names a party that has signed already', async () => {
      await post('proposer-mitra', `${at}/signatures`, ours);

      const reply = await post('proposer-mitra', `${at}/signatures`, ours);

      expectRefusal(reply, {
        status: 409,
        code: 'PartyAlreadySigned',
        field: 'party',
        detail: 'Tanda tangan pihak ini sudah dicatat.',
      });
    });

    test('names a signature after the term is over', async () => {
      const term = { start: '2023-01-01', end: '2023-12-31' };
      const late = await recordedAndRunning(
        api,
        after(anAgreement({ on: TODAY, term }), theWayToSigning(TODAY)),
      );

      const reply = await post('proposer-mitra', `${late.at}/signatures`, ours);

      expectRefusal(reply, {
        status: 422,
        code: 'SignedAfterEnd',
        field: 'signedOn',
        detail:
          'Tanggal 8 Januari 2024 sesudah tanggal berakhir (31 Desember 2023). Ubah jangka waktu lebih dahulu.',
      });
    });
  });

  describe('while it is in force', () => {
    const letter = { evidence: { number: '100/2024', date: TODAY } };
    const term = { start: '2023-07-01', end: '2024-06-30' };
    let at: string;
    let mou: string;
    beforeAll(async () => {
      const inForce = anActiveAgreement({ on: '2023-06-01', term });
      ({ at } = await recordedAndRunning(api, inForce));
      const umbrella = await recordedAndRunning(
        api,
        anActiveAgreement({
          on: '2023-06-01',
          kind: 'mou',
          form: 'nota-kesepakatan',
          legalBasis: 'sinergi',
          term: { start: '2023-07-01', end: '2027-12-31' },
        }),
      );
      mou = umbrella.at;
      const parent = { id: umbrella.id, exception: null };
      const below = { ...anActiveAgreement({ on: '2023-06-01', term }), parent };
      await recorded(api, below, 'PKS di bawah MoU');
    });

    const refused: [string, 'pks' | 'mou', string, object, Expected][] = [
      [
        'a change of dates without the addendum',
        'pks',
        'dates',
        { term: { start: '2023-07-01', end: '2024-07-31' }, reason: 'Addendum' },
        {
          status: 422,
          code: 'EvidenceRequired',
          field: 'evidence',
          detail: 'Cantumkan nomor dan tanggal surat sebagai bukti (evidence).',
        },
      ],
      [
        'an end that lies behind',
        'pks',
        'dates',
        { ...letter, term: { start: '2023-07-01', end: '2024-01-07' }, reason: 'Addendum' },
        {
          status: 422,
          code: 'EndAlreadyPast',
          field: 'term.end',
          detail:
            'Tanggal berakhir (7 Januari 2024) sudah lewat (hari ini 8 Januari 2024). Untuk mengakhiri perjanjian, gunakan pengakhiran dengan alasan yang sah.',
        },
      ],
      [
        'a start that lies ahead',
        'pks',
        'dates',
        { ...letter, term: { start: '2024-01-09', end: '2024-06-30' }, reason: 'Addendum' },
        {
          status: 422,
          code: 'StartNotReached',
          field: 'term.start',
          detail:
            'Perjanjian yang sudah berlaku tidak dapat dimulai pada 9 Januari 2024; isi tanggal paling lambat 8 Januari 2024.',
        },
      ],
      [
        'a PKS that would reach beyond its MoU',
        'mou',
        'dates',
        { ...letter, term: { start: '2023-07-01', end: '2024-03-31' }, reason: 'Addendum' },
        {
          status: 422,
          code: 'ChildrenReachBeyond',
          field: 'term',
          detail:
            'Ada PKS berjalan yang melampaui jangka waktu ini: PKS di bawah MoU. Ubah PKS itu lebih dahulu atau pilih jangka waktu yang memuatnya.',
        },
      ],
      [
        'a reason that the law does not know for this basis',
        'mou',
        'terminations',
        { ...letter, reason: 'partner-bankrupt', lastDay: TODAY },
        {
          status: 422,
          code: 'ReasonUnlawful',
          field: 'reason',
          detail:
            'Alasan mitra pailit tidak tercantum dalam PP 28/2018 untuk dasar hukum Sinergi (PP 28/2018 Ps. 46). Pergantian pejabat tidak mengakhiri perjanjian.',
        },
      ],
      [
        'a last day before the first',
        'pks',
        'terminations',
        { ...letter, reason: 'agreed-by-parties', lastDay: '2023-06-30' },
        {
          status: 422,
          code: 'LastDayOutside',
          field: 'lastDay',
          detail: 'Hari terakhir (30 Juni 2023) harus di antara 1 Juli 2023 dan 30 Juni 2024.',
        },
      ],
    ];

    test.each(refused)('names %s', async (_what, which, command, body, expected) => {
      const place = which === 'pks' ? at : mou;

      const reply = await post('legal-mitra', `${place}/${command}`, {
        office: offices.mitraLabour,
        ...body,
      });

      expectRefusal(reply, expected);
    });

    test('names a successor where none was agreed on', async () => {
      const reply = await post('legal-mitra', `${at}/terminations`, {
        office: offices.mitraLabour,
        ...letter,
        reason: 'agreed-by-parties',
        lastDay: TODAY,
        supersededBy: mou.replace('/agreements/', ''),
      });

      expectRefusal(reply, {
        status: 422,
        code: 'SuccessorUnsuitable',
        field: 'supersededBy',
        detail:
          'Perjanjian pengganti hanya disebut bila alasannya digantikan perjanjian baru, dan bukan perjanjian ini sendiri.',
      });
    });

    test('names the renewal that is running', async () => {
      const renewal = { term: { start: '2024-07-01', end: '2025-06-30' } };
      await post('proposer-mitra', `${at}/renewals`, renewal);

      const reply = await post('proposer-mitra', `${at}/renewals`, renewal);

      expectRefusal(reply, {
        status: 409,
        code: 'RenewalRunning',
        detail:
          'Perjanjian ini sudah mempunyai perpanjangan. Lanjutkan atau cabut perpanjangan itu lebih dahulu.',
      });
    });

    test('changes nothing that has ended', async () => {
      const ended = { ...letter, reason: 'change-of-law', lastDay: TODAY };
      const office = offices.mitraLabour;
      await post('legal-mitra', `${at}/terminations`, { office, ...ended });

      const replies = await Promise.all([
        post('legal-mitra', `${at}/terminations`, { office, ...ended }),
        post('proposer-mitra', `${at}/turns`, { to: offices.tondano }),
        post('proposer-mitra', `${at}/submissions`),
      ]);

      for (const reply of replies) {
        expectRefusal(reply, {
          status: 409,
          code: 'AgreementEnded',
          detail:
            'Perjanjian ini sudah berakhir dan tidak dapat diubah. Bila kerja sama dilanjutkan, ajukan perpanjangan.',
        });
      }
    });
  });

  describe('about what the other side has to agree to, and what is corrected', () => {
    const term = { start: TODAY, end: '2024-12-31' };
    const letter = { evidence: { number: '7/2024', date: TODAY } };
    const later = { term: { start: TODAY, end: '2025-06-30' }, reason: 'Diperpanjang', ...letter };
    const office = offices.mitraLabour;
    let signing: string;
    let asked: { at: string; change: string };
    let ending: string;
    beforeAll(async () => {
      ({ at: signing } = await recordedAndRunning(
        api,
        anAgreementAt('signing', { on: TODAY, term }),
      ));
      const active = () => recordedAndRunning(api, anActiveAgreement({ on: TODAY, term }));
      const { at } = await active();
      const { body } = await post('legal-mitra', `${at}/dates`, { office, ...later });
      asked = { at, change: body.pending.id };
      ({ at: ending } = await active());
      const end = { ...letter, office, reason: 'change-of-law', lastDay: '2024-06-30' };
      await post('legal-mitra', `${ending}/terminations`, end);
    });

    test.each<[string, () => Promise<Reply>, Expected]>([
      [
        'a signature of 2020 under a text of this year',
        () =>
          post('proposer-mitra', `${signing}/signatures`, {
            party: office,
            actedBy: holders.labourHeadMitra,
            signedOn: '2020-05-04',
          }),
        {
          status: 422,
          code: 'PaperOlderThanText',
          field: 'oldPaper',
          detail:
            'Tanggal 4 Mei 2020 lebih awal daripada naskah di Mapalus (8 Januari 2024). Periksa tanggalnya. Bila naskahnya memang sudah lama, nyatakan bahwa ini naskah lama.',
        },
      ],
      [
        'a term to 2125',
        () =>
          post(
            'proposer-mitra',
            '/agreements',
            aPksBody({ term: { start: TODAY, end: '2125-12-31' } }),
          ),
        {
          status: 422,
          code: 'TermUnusual',
          field: 'asMeant',
          detail:
            'Jangka waktu 8 Januari 2024 s.d. 31 Desember 2125 sangat jauh dari hari ini atau lebih dari lima tahun. Periksa tahunnya. Bila memang demikian, nyatakan bahwa tanggal itu benar.',
        },
      ],
      [
        'a correction of what is not there',
        () =>
          post('proposer-mitra', `${signing}/number-corrections`, {
            party: office,
            correct: null,
            reason: 'Salah naskah',
          }),
        {
          status: 409,
          code: 'NothingToCorrect',
          field: 'party',
          detail: `Nomor atau tanda tangan ${LABOUR} belum dicatat.`,
        },
      ],
      [
        'a title that the other side has given',
        () =>
          post('officer-tondano', `${signing}/title-corrections`, {
            title: 'Judul lain',
            reason: 'Salah ketik',
          }),
        {
          status: 409,
          code: 'RecordedByOther',
          field: 'office',
          detail: `Yang mencatatnya ${LABOUR}; pihak itulah yang membetulkannya.`,
        },
      ],
      [
        'what waits for consent',
        () => post('legal-mitra', `${asked.at}/dates`, { office, ...later }),
        {
          status: 409,
          code: 'ChangePending',
          detail: `Permintaan perubahan jangka waktu menunggu persetujuan ${TONDANO}. Setujui, tolak, atau tarik kembali permintaan itu lebih dahulu.`,
        },
      ],
      [
        'what nobody has asked for',
        () => post('head-tondano', `${asked.at}/confirmations`, { change: randomUUID() }),
        {
          status: 409,
          code: 'ChangeNotPending',
          field: 'change',
          detail:
            'Permintaan ini sudah disetujui, ditolak, atau ditarik kembali. Buka halaman perjanjian untuk keadaan terbarunya.',
        },
      ],
      [
        'who agrees to what the own side has asked for',
        () => post('legal-mitra', `${asked.at}/confirmations`, { office, change: asked.change }),
        {
          status: 409,
          code: 'ConsentNotAwaited',
          field: 'office',
          detail: `Permintaan ini menunggu ${TONDANO}.`,
        },
      ],
      [
        'other dates of what is to end',
        () => post('legal-mitra', `${ending}/dates`, { office, ...later }),
        {
          status: 409,
          code: 'EndingAgreed',
          detail:
            'Para pihak sudah sepakat perjanjian ini berakhir pada 30 Juni 2024. Batalkan pengakhiran itu lebih dahulu bila jangka waktunya hendak diubah.',
        },
      ],
      [
        'an end to give up where there is none',
        () => post('legal-mitra', `${signing}/continuations`, { office, reason: 'Tidak jadi' }),
        {
          status: 409,
          code: 'NoEndingAhead',
          detail: 'Tidak ada pengakhiran yang disepakati untuk hari yang akan datang.',
        },
      ],
    ])('names %s', async (_what, ask, expected) => {
      expectRefusal(await ask(), expected);
    });
  });

  test('has been heard for every rule there is', () => {
    // Spoken only to what did not come by the API (tests/workflows/agreement/commands).
    heard.add('CommandUnknown');

    expect(Object.keys(REFUSALS).filter((code) => !heard.has(code))).toEqual([]);
  });
});
