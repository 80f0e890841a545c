/**
 * What must come out of story 1, written by hand: every figure, and the business day and the
 * readers of every mail. Nobody computes these; when the product answers otherwise, one of the two
 * is wrong.
 *
 * Published (`berita`): as reported of 23 April 2024, or as printed in Kepmendagri
 * 300.2.2-2430/2025. Derived (`hitungan`): arithmetic on published figures. Assumed (`contoh`):
 * chosen for the story.
 */
import type { Figure, MailRow } from './checking.ts';

export const FIGURES = {
  districts: {
    claim: 'Kecamatan di Kabupaten Minahasa Tenggara',
    kind: 'published',
    expected: 12,
  },
  villages: { claim: 'Desa di Kabupaten Minahasa Tenggara', kind: 'published', expected: 135 },
  urbanVillages: {
    claim: 'Kelurahan di Kabupaten Minahasa Tenggara',
    kind: 'published',
    expected: 9,
  },
  villageCitizens: {
    claim: 'Warga yang iurannya dianggarkan desa, 20 orang tiap desa',
    kind: 'derived',
    expected: 2700,
  },
  lowestRegions: { claim: 'Desa dan kelurahan bersama-sama', kind: 'derived', expected: 144 },

  signedOn2024: {
    claim: 'Hari penandatanganan MoU dan PKS 2024',
    kind: 'published',
    expected: ['2024-04-23'],
  },
  parties2024: {
    claim: 'Para pihak MoU 2024',
    kind: 'published',
    expected: ['Pemerintah Kabupaten Minahasa Tenggara', 'BPJS Ketenagakerjaan Tondano'],
  },
  continues: {
    claim: 'MoU dan PKS 2024 melanjutkan (“tinggal perpanjang”)',
    kind: 'published',
    expected: ['MoU 2023', 'PKS 2023'],
  },
  countedFrom: {
    claim: 'PKS 2024 berlaku sejak hari kepesertaan mulai dihitung',
    kind: 'published',
    expected: '2024-04-23',
  },

  accounts: { claim: 'Akun latihan, satu untuk tiap peran', kind: 'assumed', expected: 12 },
  signedOn2023: {
    claim: 'Hari penandatanganan MoU dan PKS 2023',
    kind: 'assumed',
    expected: ['2023-04-18'],
  },
  waited2023: {
    claim: 'Sesudah ditandatangani, MoU dan PKS 2023 menunggu hari mulai',
    kind: 'assumed',
    expected: [true, true],
  },
  inForce2023: {
    claim: 'MoU dan PKS 2023 berlaku sejak',
    kind: 'assumed',
    expected: ['2023-04-23', '2023-04-23'],
  },
  textVersion2023: {
    claim: 'Versi naskah PKS 2023 sesudah sekali dikembalikan',
    kind: 'assumed',
    expected: 2,
  },
  afterFirstChange: {
    claim: 'MoU dan PKS 2023 tetap berlaku ketika bupati berganti pada 25 September 2023',
    kind: 'assumed',
    expected: [true, true],
  },
  firstHandover: {
    claim: 'Serah terima jabatan pertama (dari, kepada, dibuka, diselesaikan)',
    kind: 'assumed',
    expected: ['Alfrets Contoh', 'Deitje Contoh', '2023-09-25', '2023-10-02'],
  },
  reminders2024: {
    claim: 'Hari pengingat MoU 2023 (180, 90, 60, 30, 14, 7, 0 hari)',
    kind: 'assumed',
    expected: [
      '2023-10-25',
      '2024-01-23',
      '2024-02-22',
      '2024-03-23',
      '2024-04-08',
      '2024-04-15',
      '2024-04-22',
    ],
  },
  expired2024: {
    claim: 'MoU dan PKS 2023 berakhir karena jangka waktunya habis',
    kind: 'assumed',
    expected: [true, true],
  },
  lastDay2024: {
    claim: 'Hari terakhir MoU dan PKS 2023',
    kind: 'assumed',
    expected: ['2024-04-22', '2024-04-22'],
  },
  gap2024: {
    claim: 'Hari tanpa perjanjian antara 2023 dan 2024 (MoU, PKS)',
    kind: 'assumed',
    expected: [0, 0],
  },
  signatories2024: {
    claim: 'Penanda tangan MoU 2024',
    kind: 'assumed',
    expected: ['Pj Bupati Minahasa Tenggara', 'Kepala BPJS Ketenagakerjaan Tondano'],
  },
  signatoriesPks2024: {
    claim: 'Penanda tangan PKS 2024',
    kind: 'assumed',
    expected: ['Kepala Dinas Tenaga Kerja dan Transmigrasi', 'Kepala BPJS Ketenagakerjaan Tondano'],
  },
  afterSecondChange: {
    claim: 'MoU dan PKS 2024 tetap berlaku ketika bupati berganti pada 20 Februari 2025',
    kind: 'assumed',
    expected: [true, true],
  },
  secondHandover: {
    claim: 'Serah terima jabatan kedua (dari, kepada, dibuka, diselesaikan)',
    kind: 'assumed',
    expected: ['Deitje Contoh', 'Novri Contoh', '2025-02-20', '2025-03-03'],
  },
  formerRegent: {
    claim: 'Kode penolakan ketika mantan Pj Bupati hendak menandatangani PKS 2025',
    kind: 'assumed',
    expected: 'SignatoryWithoutAuthority',
  },
  signedOn2025: {
    claim: 'Hari penandatanganan PKS 2025',
    kind: 'assumed',
    expected: ['2025-04-10'],
  },
  signatories2025: {
    claim: 'Penanda tangan PKS 2025',
    kind: 'assumed',
    expected: ['Bupati Minahasa Tenggara', 'Kepala BPJS Ketenagakerjaan Tondano'],
  },
  reminders2025: {
    claim: 'Hari pengingat PKS 2024; dua yang terakhir tanpa surat, karena sudah diperpanjang',
    kind: 'assumed',
    expected: [
      '2024-10-24',
      '2025-01-22',
      '2025-02-21',
      '2025-03-23',
      '2025-04-08',
      '2025-04-15',
      '2025-04-22',
    ],
  },
  silence2025: {
    claim: 'Surat tentang PKS 2024 sesudah perpanjangannya ditandatangani',
    kind: 'assumed',
    expected: 0,
  },
  expired2025: {
    claim: 'PKS 2024 berakhir karena jangka waktunya habis',
    kind: 'assumed',
    expected: [true],
  },
  lastDay2025: { claim: 'Hari terakhir PKS 2024', kind: 'assumed', expected: '2025-04-22' },
  gap2025: {
    claim: 'Hari tanpa perjanjian antara PKS 2024 dan PKS 2025',
    kind: 'assumed',
    expected: 0,
  },
  inForce2025: { claim: 'PKS 2025 berlaku sejak', kind: 'assumed', expected: '2025-04-23' },
  parent2025: { claim: 'MoU di atas PKS 2025', kind: 'assumed', expected: 'MoU 2024' },
  inForceAtTheEnd: {
    claim: 'Perjanjian yang berlaku pada akhir kisah',
    kind: 'assumed',
    expected: ['MoU 2024', 'PKS 2025'],
  },
  mails: { claim: 'Surat tentang perjanjian seluruhnya', kind: 'assumed', expected: 110 },
  onAnotherDay: {
    claim: 'Surat yang berangkat pada hari bisnis lain daripada sebabnya',
    kind: 'assumed',
    expected: 0,
  },
  receivedOnce: {
    claim: 'Surat yang tiba di kotak surat tepat satu kali',
    kind: 'assumed',
    expected: 110,
  },
  reminderHour: {
    claim: 'Waktu berangkat surat pengingat dan surat berakhir',
    kind: 'assumed',
    expected: ['07.00 WITA'],
  },
} satisfies Record<string, Figure>;

const legal = 'hukum@mitra.example';
const legalHead = 'kabag.hukum@mitra.example';
const labour = 'nakertrans@mitra.example';
const signingDesk = 'prokopim@mitra.example';
const officer = 'petugas@tondano.example';
const branchHead = 'kepala@tondano.example';

// A call to act goes to those who can: at the branch both draft and sign, its head alone approves.
const branch = [officer, branchHead];
const legalDivision = [legal, legalHead];
// A reminder goes to both sides: the branch, the office that carries the agreement where it has
// somebody for it, and the legal department, which watches over all of them.
const mouReaders = [legal, officer, branchHead];
const pksReaders = [legal, labour, officer, branchHead];

/** Every mail about an agreement; each row is one mail to each of its readers. */
export const MAILS: readonly MailRow[] = [
  // The first MoU and PKS on their way
  row('2023-03-06', 'MoU 2023', 'your-turn', branch),
  row('2023-03-06', 'PKS 2023', 'your-turn', branch),
  row('2023-03-13', 'PKS 2023', 'your-turn', [labour]),
  // The officer who sends the text back needs no word of it.
  row('2023-03-13', 'PKS 2023', 'returned', [branchHead]),
  row('2023-03-20', 'PKS 2023', 'your-turn', branch),
  row('2023-03-27', 'MoU 2023', 'your-turn', legalDivision),
  row('2023-03-27', 'PKS 2023', 'your-turn', legalDivision),
  row('2023-03-30', 'MoU 2023', 'your-turn', [branchHead]),
  row('2023-03-30', 'PKS 2023', 'your-turn', [branchHead]),
  row('2023-04-03', 'MoU 2023', 'your-turn', [signingDesk]),
  row('2023-04-03', 'PKS 2023', 'your-turn', [labour]),

  // They end on 22 April 2024; their renewals are signed on the day after
  row('2023-10-25', 'MoU 2023', 'reminder', mouReaders),
  row('2023-10-25', 'PKS 2023', 'reminder', pksReaders),
  row('2024-01-23', 'MoU 2023', 'reminder', mouReaders),
  row('2024-01-23', 'PKS 2023', 'reminder', pksReaders),
  row('2024-02-22', 'MoU 2023', 'reminder', mouReaders),
  row('2024-02-22', 'PKS 2023', 'reminder', pksReaders),
  row('2024-03-04', 'MoU 2024', 'your-turn', branch),
  row('2024-03-04', 'PKS 2024', 'your-turn', branch),
  row('2024-03-18', 'MoU 2024', 'your-turn', legalDivision),
  row('2024-03-18', 'PKS 2024', 'your-turn', legalDivision),
  row('2024-03-23', 'MoU 2023', 'reminder', mouReaders),
  row('2024-03-23', 'PKS 2023', 'reminder', pksReaders),
  row('2024-03-25', 'MoU 2024', 'your-turn', [branchHead]),
  row('2024-03-25', 'PKS 2024', 'your-turn', [branchHead]),
  row('2024-04-02', 'MoU 2024', 'your-turn', [signingDesk]),
  row('2024-04-02', 'PKS 2024', 'your-turn', [labour]),
  row('2024-04-08', 'MoU 2023', 'reminder', mouReaders),
  row('2024-04-08', 'PKS 2023', 'reminder', pksReaders),
  row('2024-04-15', 'MoU 2023', 'reminder', mouReaders),
  row('2024-04-15', 'PKS 2023', 'reminder', pksReaders),
  row('2024-04-22', 'MoU 2023', 'reminder', mouReaders),
  row('2024-04-22', 'PKS 2023', 'reminder', pksReaders),
  row('2024-04-23', 'MoU 2023', 'expired', mouReaders),
  row('2024-04-23', 'PKS 2023', 'expired', pksReaders),

  // PKS 2024 ends on 22 April 2025; its renewal is signed on 10 April and silences 15 and 22 April
  row('2024-10-24', 'PKS 2024', 'reminder', pksReaders),
  row('2025-01-22', 'PKS 2024', 'reminder', pksReaders),
  row('2025-02-21', 'PKS 2024', 'reminder', pksReaders),
  row('2025-03-10', 'PKS 2025', 'your-turn', branch),
  row('2025-03-17', 'PKS 2025', 'your-turn', legalDivision),
  row('2025-03-20', 'PKS 2025', 'your-turn', [branchHead]),
  row('2025-03-23', 'PKS 2024', 'reminder', pksReaders),
  row('2025-03-24', 'PKS 2025', 'your-turn', [labour]),
  row('2025-04-08', 'PKS 2024', 'reminder', pksReaders),
];

function row(day: string, about: string, template: string, to: readonly string[]): MailRow {
  return { day, about, template, to };
}
