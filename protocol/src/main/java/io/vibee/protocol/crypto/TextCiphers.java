package io.vibee.protocol.crypto;

import java.util.concurrent.CompletionStage;

/** Where an entity gets the cipher of its texts from. A stage fails while it can't be had, and for good once its owner was erased. */
public interface TextCiphers {

    /** The living cipher of an owner's subject ({@code chat:cht_1}, {@code account}). It is made when there is none. */
    CompletionStage<? extends TextCipher> obtain(String owner, String subject);

    /** An owner's cipher with this key id, erased or not. */
    CompletionStage<? extends TextCipher> load(String owner, String keyId);
}
