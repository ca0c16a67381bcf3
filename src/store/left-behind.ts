// The owner of runs that a node let go though something of them may have been under way: as a lease that has ended, and never was.

export const leftBehind = -1;
