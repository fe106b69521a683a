/** What `user-agent` and the OpenAPI document say. A test holds it to package.json. */
export const postelVersion = '0.1.0';
