/** Written out, and held to package.json by a test: reading a file, or all of the contracts, would make every command slower. */
export const cliVersion = '0.1.0';
