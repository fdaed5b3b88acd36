// What other features may use of audiences.
export { AudienceSheet } from "./AudienceSheet";
