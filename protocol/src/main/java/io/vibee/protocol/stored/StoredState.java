package io.vibee.protocol.stored;

/** The state of an entity as a snapshot holds it (CBOR). */
public interface StoredState extends Stored {}
