/** How the list can be looked at, in the words of its address. */

/** The search of the list's address, as it is written. */
export type View = {
  cari?: string | undefined;
  tahap?: string | undefined;
  jenis?: string | undefined;
  giliran?: string | undefined;
  berakhir?: string | undefined;
  wilayah?: string | undefined;
  urut?: string | undefined;
  setelah?: string | undefined;
};

export const KINDS = ['mou', 'pks'] as const;

/** Days ahead for which people ask what ends. */
export const WITHIN = [30, 60, 90] as const;

export const SORTS = ['end', '-end', '-changed', 'changed', 'title', '-title'] as const;

/** Every filter cleared; the order stays. */
export const noFilters = {
  cari: undefined,
  tahap: undefined,
  jenis: undefined,
  giliran: undefined,
  berakhir: undefined,
  wilayah: undefined,
} satisfies View;

/** The filters that narrow the list, apart from the search field. */
export function filterCount({ tahap, jenis, giliran, berakhir, wilayah }: View): number {
  return [tahap, jenis, giliran, berakhir, wilayah].filter((each) => each !== undefined).length;
}

/** Whether anything but the order differs from the plain list. */
export function hasFilters(view: View): boolean {
  return view.cari !== undefined || filterCount(view) > 0;
}
