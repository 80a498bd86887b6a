// Every kind of source that a camera's frames can come from. A new driver adds its word here; what the compiler then asks
// for is its line in the list of driver families and its line in the list of driver settings.

export const DRIVER_KINDS = ['rpicam', 'v4l2', 'recorded', 'http'] as const;

/** of a camera without `camN_driver` */
export const DEFAULT_DRIVER: DriverKind = 'rpicam';

export type DriverKind = (typeof DRIVER_KINDS)[number];
