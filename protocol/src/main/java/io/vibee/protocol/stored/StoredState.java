package io.vibee.protocol.stored;

/** An entity's state in a snapshot (CBOR). */
public interface StoredState extends Stored {}
