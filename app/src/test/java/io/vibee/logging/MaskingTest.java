package io.vibee.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The mask")
class MaskingTest {
    @ParameterizedTest
    @CsvSource({
        "POST https://api.telegram.org/bot123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk/getMe failed,"
                + " POST https://api.telegram.org/bot***/getMe failed",
        "Authorization: Bearer abc.def-ghi, Authorization: Bearer ***",
        "authorization: bearer abcdefgh12, authorization: Bearer ***",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl., token ***",
        "key sk-or-v1-0123456789abcdef0123 refused, key *** refused",
        "postgresql://vibee:s3cret@db/vibee, postgresql://vibee:***@db/vibee",
    })
    void hides(String text, String shown) {
        assertThat(Masking.mask(text)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "took 123456:78 ms",
                "2026-01-02T03:04:05.006Z",
                "the bearer of news",
                "http://127.0.0.1:8080/api",
                "session 8f14e45f-ceea-467f-a9f0-8ad6d1b3f2c1",
                "pekko://vibee@127.0.0.1:17355",
                "eyJ",
                "risk-averse"
            })
    void leaves(String text) {
        assertThat(Masking.mask(text)).isEqualTo(text);
    }

    @Test
    @DisplayName("hides every one of several secrets")
    void several() {
        String token = "123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk";

        assertThat(Masking.mask(token + " and " + token)).isEqualTo("*** and ***");
    }
}
