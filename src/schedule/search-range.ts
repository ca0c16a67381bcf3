// How far schedules are searched.

/** Eight leap years: 29 February comes again within them even around 2100. */
export const horizonSeconds = 8 * 366 * 86_400;

/** 0001-01-01T00:00:00 and 9999-12-31T23:59:59, a margin of a year within. */
export const wallMin = -62_104_060_800;
export const wallMax = 253_370_764_800;

/** More than any change of a clock and any difference between two zones. */
export const marginSeconds = 3 * 86_400;
