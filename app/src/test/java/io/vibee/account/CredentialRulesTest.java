package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The rules of credentials")
class CredentialRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"ann", "Ann-Lee", "0x1", "a.b_c-d", "abcdefghijklmnopqrstuvwxyz123456"})
    @DisplayName("allow a username")
    void usernames(String username) {
        assertThat(CredentialRules.objectionToUsername(username)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "an",
                "-ann",
                ".ann",
                "a nn",
                "änn",
                "ann\n",
                "abcdefghijklmnopqrstuvwxyz1234567",
                "ann\u0000"
            })
    @DisplayName("refuse a username")
    void noUsernames(String username) {
        assertThat(CredentialRules.objectionToUsername(username)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"correct horse", "пароли длинные", "8 chars!", "😀😁😂🤣😃😄😅😆"})
    @DisplayName("allow a password")
    void passwords(String password) {
        assertThat(CredentialRules.objectionToPassword("ann", password)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "7 chars", "password", "PassWord1", "qwertyuiop", "zzzzzzzzzzzz", "ann-marie", "ANN-Marie"})
    @DisplayName("refuse a password that is short, common or the username")
    void noPasswords(String password) {
        assertThat(CredentialRules.objectionToPassword("ann-marie", password)).isPresent();
    }

    @Test
    @DisplayName("count characters and not UTF-16 units")
    void length() {
        assertThat(CredentialRules.objectionToPassword("ann", "ab".repeat(64))).isEmpty();
        assertThat(CredentialRules.objectionToPassword("ann", "ab".repeat(64) + "c"))
                .isPresent();
        assertThat(CredentialRules.objectionToPassword("ann", "😀😁".repeat(3))).isPresent();
        assertThat(CredentialRules.objectionToPassword("ann", "😀😁".repeat(64)))
                .isEmpty();
    }
}
