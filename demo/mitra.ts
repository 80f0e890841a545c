/**
 * Story 1, Minahasa Tenggara: a cooperation that is renewed year after year and survives a change
 * of regent. On 23 April 2024 the regency and BPJS Ketenagakerjaan signed again what they had had
 * the year before ("tinggal perpanjang").
 *
 * Why last year's agreement ends on 22 April 2024: people's cover was reported to count from
 * 23 April 2024, so a year before it without a gap ends on the day before. Signed on the morning
 * after the last day it shows the whole ladder: every reminder, the notice that it ran out, and a
 * gap of no day all the same. The renewal of 2025 is signed in time and shows the silence.
 */
import { listAgreements } from '../api/agreement/contract.ts';
import { appointHolder, completeHandover, listRegions, listUsers } from '../api/office/contract.ts';
import type { z } from 'zod';
import { openingOf } from '../domain/shared/day.ts';
import type { Day } from '../domain/shared/day.ts';
import { formatNumber } from '../texts/format.ts';
import {
  approve,
  ceremony,
  expired,
  giveBack,
  propose,
  refusalOf,
  reminderDays,
  renew,
  signatories,
  signingDays,
  submit,
} from './acts.ts';
import type { Browser } from './browser.ts';
import type { Cast } from './cast.ts';
import type { Value } from './checking.ts';
import { FIGURES, MAILS } from './mitra-figures.ts';
import type { StoryContext } from './story-context.ts';
import type { Found, Story } from './story.ts';

export const mitra: Story = {
  name: 'mitra',
  title: 'Kisah 1 · Minahasa Tenggara: kerja sama yang bertahan ketika bupati berganti',
  begin: openingOf('2023-01-09', 'Asia/Makassar', 8),
  figures: FIGURES,
  mails: MAILS,
  play,
};

const REGION = '71.07';

/** How many of its citizens each village pays for, as reported. */
const CITIZENS_A_VILLAGE = 20;

/** An MoU and the PKS below it. */
type Pair = { mou: string; pks: string };

async function play(stage: StoryContext): Promise<Found> {
  const region = await firstDay(stage);
  const of2023 = await agreeIn2023(stage);
  const acting = await regentLeavesIn2023(stage, of2023);
  const of2024 = await renewIn2024(stage, of2023, acting.regent, region.villages);
  const elected = await regentComesIn2025(stage, of2024, acting.regent);
  const of2025 = await renewIn2025(stage, of2024, { old: acting.regent, new: elected.regent });
  const mail = await lookBack(stage);

  const seen = {
    ...region,
    ...of2023.seen,
    ...acting.seen,
    ...of2024.seen,
    ...elected.seen,
    ...of2025.seen,
    ...mail.seen,
  } satisfies Record<keyof typeof FIGURES, Value>;
  return { seen, sent: mail.sent };
}

async function firstDay({ cast, tell }: StoryContext) {
  tell.day('2023-01-09');
  const accounts = await cast.as.administrator.ask(listUsers, { query: { limit: 100 } });
  const regions = await countRegions(cast.as.legal);
  tell.event(
    'assumed',
    'Mapalus latihan dipasang. Pengelola membuat kantor dari kedua pohon, yaitu pemerintah daerah ' +
      `dan BPJS Ketenagakerjaan, serta ${accounts.items.length} akun; setiap orang mengganti kata ` +
      'sandi sekali pakainya.',
  );
  tell.event(
    'published',
    `Kabupaten Minahasa Tenggara terdiri atas ${regions.districts} kecamatan, ` +
      `${regions.villages} desa, dan ${regions.urbanVillages} kelurahan.`,
  );
  return { ...regions, accounts: accounts.items.length };
}

async function agreeIn2023({ cast, tell, call, read, until }: StoryContext) {
  const { office, holder } = cast;
  const { legal, labour, legalHead, signingDesk, officer, branchHead } = peopleOf(cast);
  const term = { start: '2023-04-23', end: '2024-04-22' };
  const approvals = [
    { id: 'bagian-hukum', offices: [office.hukum] },
    { id: 'kepala-cabang', offices: [office.tondano], after: ['bagian-hukum'] },
  ];
  const common = { term, approvals, region: REGION, legalBasis: 'ksdpk' as const };
  const bpjs = { office: office.tondano, side: 'bpjs' as const };

  await until('2023-02-06');
  const proposedMou = await propose(legal, {
    ...common,
    kind: 'mou',
    form: 'kesepakatan-bersama',
    title: 'Perlindungan Jaminan Sosial Ketenagakerjaan Minahasa Tenggara 2023 (contoh)',
    proposer: office.hukum,
    proposingParty: office.pemkab,
    parties: [{ office: office.pemkab, side: 'government' }, bpjs],
    // Named here, the office that carries the PKS sees the MoU above it.
    submittingOffices: [office.nakertrans],
  });
  const mou = await call('MoU 2023', proposedMou);
  const proposedPks = await propose(labour, {
    ...common,
    kind: 'pks',
    form: 'perjanjian-kerja-sama',
    title: 'PKS Pekerja Rentan Minahasa Tenggara 2023 (contoh)',
    proposer: office.nakertrans,
    parties: [{ office: office.nakertrans, side: 'government' }, bpjs],
    parent: mou,
    submittingOffices: [office.sosial],
  });
  const pks = await call('PKS 2023', proposedPks);
  tell.event(
    'assumed',
    'Bagian Hukum mengusulkan MoU 2023, dan Dinas Nakertrans mengusulkan PKS di bawahnya, ' +
      'keduanya 23 April 2023 s.d. 22 April 2024.',
  );

  await until('2023-02-13');
  await submit(legal, mou);
  await submit(labour, pks);
  tell.event('assumed', 'Kedua usulan diterima; naskahnya mulai disusun.');

  await until('2023-03-06');
  await submit(legal, mou);
  await submit(labour, pks);
  tell.event('assumed', 'Kedua naskah diserahkan kepada BPJS Tondano untuk ditelaah.');

  await until('2023-03-13');
  await giveBack(officer, pks, 'Lampiran kelompok pekerja belum ada.');
  tell.event('assumed', 'BPJS Tondano mengembalikan naskah PKS: lampirannya belum ada.');

  await until('2023-03-20');
  await submit(labour, pks);
  const { textVersion } = await read(pks);
  tell.event('assumed', `Dinas Nakertrans menyerahkan naskah PKS versi ${textVersion}.`);

  await until('2023-03-27');
  await submit(officer, mou);
  await submit(officer, pks);
  tell.event('assumed', 'BPJS Tondano selesai menelaah keduanya.');

  await until('2023-03-30');
  await approve(legalHead, mou, 'bagian-hukum');
  await approve(legalHead, pks, 'bagian-hukum');
  tell.event('assumed', 'Kepala Bagian Hukum menyetujui keduanya.');

  await until('2023-04-03');
  await approve(branchHead, mou, 'kepala-cabang');
  await approve(branchHead, pks, 'kepala-cabang');
  tell.event('assumed', 'Kepala BPJS Tondano menyetujui keduanya; naskah siap ditandatangani.');

  await until('2023-04-18');
  const tondano = { person: officer, party: office.tondano, actedBy: holder.branchHead };
  await ceremony(mou, '2023-04-18', [
    {
      person: signingDesk,
      party: office.pemkab,
      actedBy: holder.regent,
      number: '119/CONTOH-1/IV/2023',
    },
    { ...tondano, number: 'MoU/CONTOH-1/042023' },
  ]);
  await ceremony(pks, '2023-04-18', [
    {
      person: labour,
      party: office.nakertrans,
      actedBy: holder.labourHead,
      number: '560/CONTOH-1/IV/2023',
    },
    { ...tondano, number: 'PER/CONTOH-1/042023' },
  ]);
  const signed = [await read(mou), await read(pks)];
  tell.event(
    'assumed',
    'Bupati menandatangani MoU dan Kepala Dinas menandatangani PKS dengan surat kuasa, keduanya ' +
      'bersama Kepala BPJS Tondano. Perjanjian menunggu hari mulainya.',
  );

  await until('2023-04-24');
  const inForce = [await read(mou), await read(pks)];
  tell.event('assumed', 'Sejak kemarin, 23 April 2023, MoU dan PKS berlaku.');
  return {
    mou,
    pks,
    seen: {
      textVersion2023: textVersion,
      signedOn2023: signingDays(signed),
      waited2023: signed.map(({ awaitsStart }) => awaitsStart),
      inForce2023: inForce.map(({ inForceFrom }) => inForceFrom),
    },
  };
}

async function regentLeavesIn2023(stage: StoryContext, { mou, pks }: Pair) {
  const { cast, tell, read, until } = stage;

  await until('2023-09-25');
  const regent = await appointRegent(cast, {
    personName: 'Deitje Contoh',
    capacity: 'pj',
    from: '2023-09-25',
    decree: { number: 'SK-CONTOH-4/2023', date: '2023-09-22' },
    replaces: cast.holder.regent,
  });
  const afterwards = [await read(mou), await read(pks)];
  tell.event(
    'assumed',
    'Masa jabatan bupati selesai dan seorang Pj Bupati dilantik. MoU dan PKS tetap berlaku ' +
      '(PP 28/2018 Pasal 9); tugas serah terima dibuka.',
  );

  await until('2023-10-02');
  const handover = await handOver(stage, mou);
  tell.event('assumed', 'Serah terima jabatan diselesaikan.');
  const seen = {
    afterFirstChange: afterwards.map(({ stage: at }) => at === 'active'),
    firstHandover: handover,
  };
  return { regent, seen };
}

async function renewIn2024(
  stage: StoryContext,
  before: Pair,
  actingRegent: string,
  villages: number,
) {
  const { cast, tell, call, nameOf, read, until } = stage;
  const { office, holder } = cast;
  const { legal, labour, legalHead, signingDesk, officer, branchHead } = peopleOf(cast);

  await until('2024-02-26');
  const renewedMou = await renew(legal, before.mou, {
    title: 'Perlindungan Jaminan Sosial Ketenagakerjaan Minahasa Tenggara 2024–2027 (contoh)',
    term: { start: '2024-04-23', end: '2027-04-22' },
  });
  const mou = await call('MoU 2024', renewedMou);
  const renewedPks = await renew(labour, before.pks, {
    title: 'PKS Pekerja Rentan Minahasa Tenggara 2024 (contoh)',
    term: { start: '2024-04-23', end: '2025-04-22' },
    parent: mou,
  });
  const pks = await call('PKS 2024', renewedPks);
  tell.event(
    'assumed',
    'Bagian Hukum dan Dinas Nakertrans memulai perpanjangan, melalui prosedur lengkap: MoU untuk ' +
      'tiga tahun, PKS untuk satu tahun.',
  );

  await until('2024-03-04');
  for (const [person, id] of [
    [legal, mou],
    [labour, pks],
  ] as const) {
    await submit(person, id);
    await submit(person, id);
  }
  tell.event('assumed', 'Kedua naskah disusun dan diserahkan kepada BPJS Tondano.');

  await until('2024-03-18');
  await submit(officer, mou);
  await submit(officer, pks);
  tell.event('assumed', 'BPJS Tondano selesai menelaah keduanya.');

  await until('2024-03-25');
  await approve(legalHead, mou, 'bagian-hukum');
  await approve(legalHead, pks, 'bagian-hukum');
  tell.event('assumed', 'Kepala Bagian Hukum menyetujui keduanya.');

  await until('2024-04-02');
  await approve(branchHead, mou, 'kepala-cabang');
  await approve(branchHead, pks, 'kepala-cabang');
  tell.event('assumed', 'Kepala BPJS Tondano menyetujui; hari penandatanganan dicari.');

  await until('2024-04-23');
  const last = [await read(before.mou), await read(before.pks)];
  tell.event(
    'assumed',
    'Pukul 00.00 WITA MoU dan PKS 2023 berakhir; hari terakhirnya kemarin. Paginya surat ' +
      'mengabarkan bahwa perpanjangannya belum ditandatangani.',
  );
  const tondano = { person: officer, party: office.tondano, actedBy: holder.branchHead };
  await ceremony(mou, '2024-04-23', [
    {
      person: signingDesk,
      party: office.pemkab,
      actedBy: actingRegent,
      number: '119/CONTOH-2/IV/2024',
    },
    { ...tondano, number: 'MoU/CONTOH-2/042024' },
  ]);
  await ceremony(pks, '2024-04-23', [
    {
      person: labour,
      party: office.nakertrans,
      actedBy: holder.labourHead,
      number: '560/CONTOH-2/IV/2024',
    },
    { ...tondano, number: 'PER/CONTOH-2/042024' },
  ]);
  const signed = [await read(mou), await read(pks)] as const;
  tell.event(
    'published',
    'Di hotel Four Points, Manado, Pemkab Minahasa Tenggara dan BPJS Ketenagakerjaan ' +
      'menandatangani kerja samanya. Programnya melanjutkan tahun sebelumnya, “tinggal perpanjang”.',
  );
  tell.event(
    'assumed',
    'MoU oleh Pj Bupati, PKS oleh Kepala Dinas dengan surat kuasa, keduanya bersama Kepala BPJS ' +
      'Tondano. Keduanya berlaku hari itu juga: tidak ada hari tanpa perjanjian.',
  );
  tell.event(
    'published',
    'Sebanyak 29.269 orang berusia 17 sampai 65 tahun terlindungi, terhitung sejak hari itu. Setiap ' +
      'desa menganggarkan iuran bagi 20 warganya dari Pendapatan Asli Desa.',
  );
  tell.event(
    'derived',
    `Untuk ${villages} desa itu berarti ${formatNumber(villages * CITIZENS_A_VILLAGE)} orang.`,
  );
  tell.event(
    'published',
    'Kepala BPJS Ketenagakerjaan Tondano berharap kerja sama ini tetap dianggarkan, siapa pun ' +
      'yang memimpin daerah.',
  );
  return {
    mou,
    pks,
    seen: {
      villageCitizens: villages * CITIZENS_A_VILLAGE,
      continues: signed.map(({ renewalOf }) => nameOf(renewalOf?.id)),
      signedOn2024: signingDays(signed),
      parties2024: signed[0].parties.map(({ name }) => name),
      signatories2024: signatories(signed[0]),
      signatoriesPks2024: signatories(signed[1]),
      countedFrom: signed[1].inForceFrom,
      reminders2024: await reminderDays(legal, before.mou),
      expired2024: expired(last),
      lastDay2024: last.map(({ ending }) => ending?.lastDay ?? null),
      gap2024: signed.map(({ renewalOf }) => renewalOf?.gapDays ?? null),
    },
  };
}

async function regentComesIn2025(stage: StoryContext, { mou, pks }: Pair, actingRegent: string) {
  const { cast, tell, read, until } = stage;

  await until('2025-02-20');
  const regent = await appointRegent(cast, {
    personName: 'Novri Contoh',
    capacity: 'definitif',
    from: '2025-02-20',
    decree: { number: 'SK-CONTOH-5/2025', date: '2025-02-18' },
    replaces: actingRegent,
  });
  const afterwards = [await read(mou), await read(pks)];
  tell.event(
    'assumed',
    'Bupati definitif dilantik menggantikan Pj Bupati. Tidak satu perjanjian pun berakhir; tugas ' +
      'serah terima dibuka.',
  );

  await until('2025-03-03');
  const handover = await handOver(stage, mou);
  tell.event('assumed', 'Serah terima jabatan diselesaikan.');
  const seen = {
    afterSecondChange: afterwards.map(({ stage: at }) => at === 'active'),
    secondHandover: handover,
  };
  return { regent, seen };
}

async function renewIn2025(
  stage: StoryContext,
  before: Pair,
  regent: { old: string; new: string },
) {
  const { cast, tell, call, nameOf, read, until } = stage;
  const { office, holder } = cast;
  const { legal, labour, legalHead, signingDesk, officer, branchHead } = peopleOf(cast);

  const renewed = await renew(labour, before.pks, {
    title: 'PKS Pekerja Rentan Minahasa Tenggara 2025 (contoh)',
    term: { start: '2025-04-23', end: '2026-04-22' },
  });
  const pks = await call('PKS 2025', renewed);
  tell.event(
    'assumed',
    'Dinas Nakertrans memulai perpanjangan PKS, di bawah MoU yang ditandatangani Pj Bupati.',
  );

  await until('2025-03-10');
  await submit(labour, pks);
  await submit(labour, pks);
  tell.event('assumed', 'Naskahnya disusun dan diserahkan kepada BPJS Tondano.');

  await until('2025-03-17');
  await submit(officer, pks);
  tell.event('assumed', 'BPJS Tondano selesai menelaah.');

  await until('2025-03-20');
  await approve(legalHead, pks, 'bagian-hukum');
  tell.event('assumed', 'Kepala Bagian Hukum menyetujui.');

  await until('2025-03-24');
  await approve(branchHead, pks, 'kepala-cabang');
  tell.event('assumed', 'Kepala BPJS Tondano menyetujui; naskah siap ditandatangani.');

  await until('2025-04-10');
  // Who has entered the new regent does not record the signature.
  const ours = { person: signingDesk, party: office.nakertrans };
  const attempt = ceremony(pks, '2025-04-10', [{ ...ours, actedBy: regent.old }]);
  const { code, said } = await refusalOf(attempt);
  tell.event('assumed', `Mantan Pj Bupati dicoba sebagai penanda tangan. Jawabannya: “${said}”`);
  const tondano = { person: officer, party: office.tondano, actedBy: holder.branchHead };
  await ceremony(pks, '2025-04-10', [
    { ...ours, actedBy: regent.new, number: '560/CONTOH-3/IV/2025' },
    { ...tondano, number: 'PER/CONTOH-3/042025' },
  ]);
  const signed = await read(pks);
  tell.event(
    'assumed',
    'Bupati yang baru menandatangani PKS 2025 bersama Kepala BPJS Tondano, 12 hari sebelum PKS ' +
      '2024 berakhir. Sejak itu tidak ada pengingat lagi.',
  );

  await until('2025-04-28');
  const [last, next] = [await read(before.pks), await read(pks)];
  const active = await legal.ask(listAgreements, { query: { stage: 'active' } });
  tell.event(
    'assumed',
    'Pada 23 April PKS 2025 menggantikan PKS 2024 tanpa satu hari pun di antaranya.',
  );
  return {
    seen: {
      formerRegent: code,
      signedOn2025: signingDays([signed]),
      signatories2025: signatories(signed),
      reminders2025: await reminderDays(legal, before.pks),
      expired2025: expired([last]),
      lastDay2025: last.ending?.lastDay ?? null,
      gap2025: last.renewedBy?.gapDays ?? null,
      inForce2025: next.inForceFrom,
      parent2025: nameOf(next.parent?.id),
      inForceAtTheEnd: active.items.map(({ id }) => nameOf(id)).sort(),
    },
  };
}

/** What all mails together say. */
async function lookBack({ mails, timesReceived }: StoryContext) {
  const sent = await mails();
  const received: number[] = [];
  for (const { id } of sent) received.push(await timesReceived(id));
  const byTime = sent.filter(({ template }) => template === 'reminder' || template === 'expired');
  const sinceSigning = ({ day, about }: { day: Day; about: string }) =>
    about === 'PKS 2024' && day > '2025-04-10';
  const seen = {
    mails: sent.length,
    silence2025: sent.filter(sinceSigning).length,
    onAnotherDay: sent.filter(({ day, causeDay }) => day !== causeDay).length,
    receivedOnce: received.filter((times) => times === 1).length,
    reminderHour: [...new Set(byTime.map(({ hour }) => hour))],
  };
  return { sent, seen };
}

function peopleOf({ as }: Cast) {
  return {
    legal: as.legal,
    legalHead: as.approver,
    labour: as.proposer,
    signingDesk: as['signing-desk'],
    officer: as['branch-officer'],
    branchHead: as['branch-head'],
  };
}

async function appointRegent(
  { as, office }: Cast,
  regent: Pick<
    z.input<typeof appointHolder.body>,
    'personName' | 'capacity' | 'from' | 'decree' | 'replaces'
  >,
): Promise<string> {
  const position = 'Bupati Minahasa Tenggara';
  const { id } = await as.legal.ask(appointHolder, {
    body: { ...regent, office: office.pemkab, position, signs: ['mou', 'pks'] },
  });
  return id;
}

// Completes the hand-over that a change of regent opened: from whom, to whom, opened, done.
async function handOver({ cast, read }: StoryContext, agreement: string): Promise<Value> {
  const open = (await read(agreement)).handovers.find(({ doneOn }) => doneOn === null);
  if (!open) return [];
  await cast.as.legal.ask(completeHandover, { params: { id: open.id }, body: {} });
  const done = (await read(agreement)).handovers.find(({ id }) => id === open.id);
  return [open.outgoing, open.incoming, open.openedOn, done?.doneOn ?? null];
}

async function countRegions(person: Browser) {
  const districts = await regionsBelow(person, REGION);
  const lowest = (
    await Promise.all(districts.map(({ code }) => regionsBelow(person, code)))
  ).flat();
  // In the ministry's codes a kelurahan's last number begins with 1 and a desa's with 2.
  const numbered = (digit: string) =>
    lowest.filter(({ code }) => code.split('.')[3]?.startsWith(digit)).length;
  return {
    districts: districts.length,
    villages: numbered('2'),
    urbanVillages: numbered('1'),
    lowestRegions: lowest.length,
  };
}

async function regionsBelow(person: Browser, parent: string) {
  const { items } = await person.ask(listRegions, { query: { parent, limit: 100 } });
  return items;
}
