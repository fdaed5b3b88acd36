//! Who asks: finds the key in a request, refuses what cannot be one before any look-up, looks the
//! rest up in the live configuration, and notes its use.
