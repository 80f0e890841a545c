/** Offices, their heads and regions get other names. What was signed keeps those of its day. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSigning, proposed, signed } from '../../support/agreements-over-http.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';
const OLD = 'Dinas Tenaga Kerja dan Transmigrasi';

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

describe('an office that gets another name', () => {
  test('stands under its old one in what it has signed, with the new one beside it', async () => {
    const { at, id } = await signed(api, TODAY, { title: 'PKS Nama Lama' });
    const open = await proposed(api, { title: 'PKS Belum Ditandatangani' });
    await renamed('Dinas Ketenagakerjaan');
    const reader = await api.as('officer-tondano');

    const { body } = await reader.get(at);
    const list = await reader.get('/agreements?q=Nama');
    const unsigned = await reader.get(open.at);
    const { body: timeline } = await reader.get(`${at}/timeline`);

    const both = { name: OLD, nameToday: 'Dinas Ketenagakerjaan' };
    expect(body.parties).toMatchObject([both, { name: 'Kantor Cabang Tondano' }]);
    expect(body.parties[1]).not.toHaveProperty('nameToday');
    expect(body.parties[0].signature.recordedBy.office).toBe(OLD);
    expect(body.proposer).toMatchObject(both);
    expect(body.desks).toEqual([
      { id: offices.mitraLabour, name: 'Dinas Ketenagakerjaan', outside: false },
    ]);
    const row = list.body.items.find((each: { id: string }) => each.id === id);
    expect(row.parties[0]).toMatchObject(both);
    expect(unsigned.body.parties[0].name).toBe('Dinas Ketenagakerjaan');
    expect(unsigned.body.parties[0]).not.toHaveProperty('nameToday');
    const told = JSON.stringify(timeline.items);
    expect(told).toContain(OLD);
    expect(told).not.toContain('Dinas Ketenagakerjaan');
    await renamed(OLD);
  });

  test('is told in a mail about what it has signed under both', async () => {
    const { at, id } = await signed(api, TODAY, { title: 'PKS Dengan Surat' });
    await renamed('Dinas Naker');
    const labour = await api.as('proposer-mitra');
    const number = { party: offices.mitraLabour, number: '560/1', dated: TODAY };
    await labour.post(`${at}/numbers`, number);
    const officer = await api.as('officer-tondano');
    const { body: mails } = await officer.get(`/outbox?agreement=${id}&template=numbered`);

    const { body: mail } = await officer.get(`/outbox/${mails.items[0]?.id}`);

    expect(mail.text).toContain(`${OLD} (sekarang: Dinas Naker) · Kantor Cabang Tondano`);
    await renamed(OLD);
  });

  test('signs under the new one from then on, also on the same day', async () => {
    const { at } = await inSigning(api, { title: 'PKS Nama Baru' });
    await renamed('Dinas Baru');
    const labour = await api.as('proposer-mitra');

    const { body } = await labour.post(`${at}/signatures`, {
      party: offices.mitraLabour,
      actedBy: holders.labourHeadMitra,
      signedOn: TODAY,
    });
    await renamed('Dinas Lebih Baru');
    const later = await labour.get(at);

    expect(body.parties[0].name).toBe('Dinas Baru');
    expect(later.body.parties[0]).toMatchObject({
      name: 'Dinas Baru',
      nameToday: 'Dinas Lebih Baru',
    });
    // Not all have signed: what is not a signature stands under the names of today.
    expect(later.body.proposer).toEqual({
      id: offices.mitraLabour,
      name: 'Dinas Lebih Baru',
      outside: false,
    });
    await renamed(OLD);
  });

  test('has signed under its old one where the paper is of a day before and recorded late', async () => {
    const { at } = await inSigning(api, {
      title: 'PKS Terlambat Dicatat',
      term: { start: '2024-01-05', end: '2024-12-31' },
    });
    await renamed('Dinas Sejak Hari Ini');
    const labour = await api.as('proposer-mitra');

    const { body } = await labour.post(`${at}/signatures`, {
      party: offices.mitraLabour,
      actedBy: holders.labourHeadMitra,
      signedOn: '2024-01-05',
      oldPaper: true,
    });

    expect(body.parties[0]).toMatchObject({ name: OLD, nameToday: 'Dinas Sejak Hari Ini' });
    await renamed(OLD);
  });

  test('shows one name when it has got its old one back', async () => {
    const { at } = await signed(api, TODAY, { title: 'PKS Nama Kembali' });
    await renamed('Dinas Sementara');
    await renamed(OLD);

    const { body } = await (await api.as('proposer-mitra')).get(at);

    expect(body.parties[0]).toMatchObject({ name: OLD });
    expect(body.parties[0]).not.toHaveProperty('nameToday');
  });
});

test('an official’s name and position stand as on the day of the signature', async () => {
  const { at } = await signed(api, TODAY, { title: 'PKS Pejabat' });
  const open = await inSigning(api, { title: 'PKS Pejabat Berikutnya' });
  await api.rows(
    `update office_holder set person_name = 'Dr. Contoh Kadis', position = 'Kepala Badan' where id = $1`,
    [holders.labourHeadMitra],
  );
  const labour = await api.as('proposer-mitra');
  await labour.post(`${open.at}/signatures`, {
    party: offices.mitraLabour,
    actedBy: holders.labourHeadMitra,
    signedOn: TODAY,
  });

  const before = await labour.get(at);
  const after = await labour.get(open.at);

  const by = ({ body }: typeof before) => body.parties[0].signature.actedBy;
  expect(by(before)).toMatchObject({ name: 'Contoh Kadis', position: 'Kepala Dinas' });
  expect(by(after)).toMatchObject({ name: 'Dr. Contoh Kadis', position: 'Kepala Badan' });
});

test('a region stands under the name that it had when all had signed', async () => {
  const { at, id } = await signed(api, TODAY, { title: 'PKS Wilayah Lama' });
  const open = await inSigning(api, { title: 'PKS Wilayah Baru' });
  await api.rows(`update region set name = 'Kabupaten Ratahan' where code = '71.07'`);
  const reader = await api.as('officer-tondano');

  const { body } = await reader.get(at);
  const list = await reader.get('/agreements?q=Wilayah');

  const both = { name: 'Kabupaten Minahasa Tenggara', nameToday: 'Kabupaten Ratahan' };
  expect(body.region).toMatchObject(both);
  expect(body.area).toMatchObject([both]);
  const rowOf = (of: string) => list.body.items.find((row: { id: string }) => row.id === of);
  expect(rowOf(id).region).toMatchObject(both);
  expect(rowOf(open.id).region).toEqual({ code: '71.07', name: 'Kabupaten Ratahan' });
});

async function renamed(name: string): Promise<void> {
  const administrator = await api.as('admin-mitra');
  const { status } = await administrator.patch(`/offices/${offices.mitraLabour}`, { name });
  expect(status).toBe(200);
}
