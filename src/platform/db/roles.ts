/** The group role that the running program belongs to: one per cluster, it cannot log in and owns nothing. */
export const appRole = 'hygie_app';
