import { describe, expect, test } from 'vitest';
import { nextTitle } from '../../web/features/agreement/next-title.ts';

describe('the title of the next', () => {
  const year = (of: number) => ({ start: `${of}-01-01`, end: `${of}-12-31` });
  test.each([
    ['PKS Pekerja Rentan 2024', year(2024), year(2025), 'PKS Pekerja Rentan 2025'],
    ['PKS Tahun Anggaran 2024 (2024)', year(2024), year(2025), 'PKS Tahun Anggaran 2025 (2025)'],
    ['PKS menurut Perda 3/2019', year(2024), year(2025), 'PKS menurut Perda 3/2019'],
    ['PKS 12024', year(2024), year(2025), 'PKS 12024'],
    [
      'Nota Kesepakatan 2024–2028',
      { start: '2024-01-01', end: '2028-12-31' },
      { start: '2029-01-01', end: '2033-12-31' },
      'Nota Kesepakatan 2029–2033',
    ],
    [
      'PKS 2023/2024',
      { start: '2023-04-23', end: '2024-04-22' },
      { start: '2024-04-23', end: '2025-04-22' },
      'PKS 2024/2025',
    ],
    [
      'PKS Nelayan Januari–Juni 2025',
      { start: '2025-01-01', end: '2025-06-30' },
      { start: '2025-07-01', end: '2025-12-31' },
      'PKS Nelayan Juli–Desember 2025',
    ],
    [
      'PKS Petani Semester II 2024',
      { start: '2024-07-01', end: '2024-12-31' },
      { start: '2025-01-01', end: '2025-06-30' },
      'PKS Petani Semester I 2025',
    ],
    [
      'PKS triwulan 4 2024',
      { start: '2024-10-01', end: '2024-12-31' },
      { start: '2025-01-01', end: '2025-03-31' },
      'PKS triwulan 1 2025',
    ],
    ['PKS Pekerja Rentan', year(2024), year(2025), 'PKS Pekerja Rentan'],
  ])('%s', (title, before, after, expected) => {
    expect(nextTitle(title, before, after)).toBe(expected);
  });
});
