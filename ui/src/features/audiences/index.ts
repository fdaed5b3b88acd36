// What other features may use of audiences.
export { AudienceSheet, type AudienceStart } from "./AudienceSheet";
