package io.vibee.persistence.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.util.Bytes;
import io.vibee.protocol.crypto.Sealed;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keys and sealed texts as the first version stored them. They are read for as long as there are backups, so none of this is changed. */
@DisplayName("What the first version encrypted")
class KeyFormsTest {

    private static final String MASTER_KEY = "the master key of golden files, long";
    private static final String OWNER = "usr_1";
    private static final KeyRows.Row USER = new KeyRows.Row(
            "6885c692-170a-487c-a05f-ed226c81b0ca",
            OWNER,
            KeyRows.USER,
            null,
            "66e7bd50eb29f6fb",
            bytes(
                    "6a6b3df6f62d1f9a31fe3f2e11a6598fda5563cfc7fb433cf61a40d73c11d3ed29f221db419051b12710285aea0f4b9b6b4de42f"
                            + "99a02c2d3d2a6bf3"));
    private static final String CHAT_KEY = "3bcd1bbc-9ab5-4e69-9c4e-01cd737e2c81";
    private static final Bytes WRAPPED_CHAT_KEY = bytes(
            "32e5be5ddf3da3dbd1d01c19bc350015340f3493d0410ef547a058f3f041ee78f1ac3f4423e9a72c888d02bc614de2562af779f5"
                    + "bc07650c61e5062b");

    private final DataKey key = DataKey.of(
            OWNER,
            CHAT_KEY,
            new KeyWrapping(MasterKey.of(MASTER_KEY)).dataKey(USER, CHAT_KEY, WRAPPED_CHAT_KEY),
            new OpenedTexts());

    private static Bytes bytes(String hex) {
        return Bytes.copyFrom(HexFormat.of().parseHex(hex));
    }

    @Test
    @DisplayName("is opened: the user's key by the master key, the chat's key by that, a text by the chat's key")
    void opened() {
        assertThat(MasterKey.of(MASTER_KEY).id()).isEqualTo(USER.masterId());
        assertThat(key.open(new Sealed(CHAT_KEY, "Q+9RxFrvIAib8LI6/3VvXOtLP1GgGiSO/mAQYaOQbl+rHLnRWTOFVjs8")))
                .contains("Grüße an Ann");
    }

    @Test
    @DisplayName("has the same fingerprints")
    void fingerprints() {
        assertThat(key.fingerprint("price")).isEqualTo("8e279d2be75b7000063367114b3a995a");
    }
}
