package io.vibee.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.read.MessageStatus;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The operator's bot")
class DeskWordsTest {

    private static final DraftId DRAFT = new DraftId("cht_" + "f".repeat(32), "out1234567890");

    private static final Set<String> NO_WORDS = Set.of("chat.set", "why.message");

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(
                "io.vibee.operator.desk",
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    @Test
    @DisplayName("says the same in each language")
    void complete() {
        ResourceBundle english = bundle(Locale.ENGLISH);
        ResourceBundle russian = bundle(Locale.forLanguageTag("ru"));
        for (String key : english.keySet()) {
            if (!NO_WORDS.contains(key)) {
                assertThat(russian.getString(key)).as(key).isNotEqualTo(english.getString(key));
            }
            for (DeskTexts texts : List.of(DeskTexts.ENGLISH, DeskTexts.RUSSIAN)) {
                assertThat(texts.say(key, 1, 2, 3, 4)).as(key).doesNotContain("{", "''");
            }
        }
    }

    @Test
    @DisplayName("has words for each reason of silence, and each state of an answer")
    void reasons() {
        Stream.concat(
                        Stream.of(NotAnsweredReason.values()).map(reason -> "why.not." + reason.name()),
                        Stream.of(MessageStatus.values()).map(status -> "why.answer." + status.name()))
                .map(key -> key.toLowerCase(Locale.ROOT))
                .forEach(key -> assertThat(bundle(Locale.ENGLISH).containsKey(key))
                        .as(key)
                        .isTrue());
    }

    @Test
    @DisplayName("speaks the language of a person's Telegram, else English")
    void languages() {
        assertThat(DeskTexts.of("ru-RU")).isSameAs(DeskTexts.RUSSIAN);
        assertThat(DeskTexts.of("de")).isSameAs(DeskTexts.ENGLISH);
        assertThat(DeskTexts.of(null)).isSameAs(DeskTexts.ENGLISH);
        assertThat(DeskTexts.ENGLISH.say("status.drafts", 0)).isEqualTo("No answer waits for you.");
        assertThat(DeskTexts.ENGLISH.say("status.drafts", 3)).isEqualTo("3 answers wait for you.");
        assertThat(DeskTexts.ENGLISH.say(
                        "usage",
                        1,
                        DeskTexts.ENGLISH.say("usage.of", 1000) + DeskTexts.ENGLISH.say("usage.cost", "0.1")))
                .isEqualTo("Model calls today: 1 of 1,000, 0.1 US dollars.");
        assertThat(DeskTexts.ENGLISH.say("draft.cardshort", "Ann {0}", "it's {1}"))
                .isEqualTo("Ann {0}. I would answer:\nit's {1}");
    }

    @Test
    @DisplayName("offers commands as Telegram takes them")
    void commands() {
        assertThat(DeskTexts.RUSSIAN.commands().keySet())
                .containsExactlyElementsOf(DeskTexts.ENGLISH.commands().keySet())
                .allMatch(name -> name.matches("[a-z0-9_]{1,32}"));
        Stream.of(DeskTexts.ENGLISH, DeskTexts.RUSSIAN)
                .flatMap(texts -> texts.commands().values().stream())
                .forEach(what -> assertThat(what.length()).isBetween(1, 256));
    }

    @ParameterizedTest
    @CsvSource({
        "tg500000001, tg500000001_twin_bot",
        "Ann.of_Kent, annofkent_twin_bot",
        "9lives, lives_twin_bot",
        "Анна, my_twin_bot",
        "abcdefghijklmnopqrstuvwxyz, abcdefghijklmnopqrstuvw_twin_bot"
    })
    @DisplayName("suggests a username that Telegram takes for a new bot")
    void username(String name, String suggested) {
        assertThat(NewBots.username(name)).isEqualTo(suggested).matches("[a-z][a-z0-9_]{1,28}bot");
    }

    @ParameterizedTest
    @EnumSource(Press.Wish.class)
    @DisplayName("reads back what it put on a draft's button, in the 64 bytes of one")
    void ofDraft(Press.Wish wish) {
        String data = Press.draft(wish, DRAFT);

        assertThat(data.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(64);
        assertThat(Press.parse(data)).contains(new Press.OfDraft(wish, DRAFT));
    }

    @ParameterizedTest
    @EnumSource(ContactDecision.class)
    @DisplayName("reads back what it put on the buttons about somebody new")
    void ofContact(ContactDecision decision) {
        assertThat(Press.parse(Press.contact(decision, DRAFT.chatId())))
                .contains(new Press.OfContact(decision, DRAFT.chatId()));
    }

    @ParameterizedTest
    @EnumSource(ChatMode.class)
    @DisplayName("reads back what it put on the button of a mode")
    void ofMode(ChatMode mode) {
        assertThat(Press.parse(Press.chat(DRAFT.chatId(), mode))).contains(new Press.OfChat(DRAFT.chatId(), mode));
        assertThat(Press.parse(Press.newChats(mode))).contains(new Press.NewChats(mode));
        assertThat(Press.parse(Press.why(DRAFT.chatId()))).contains(new Press.Why(DRAFT.chatId()));
        assertThat(Press.parse(Press.takeOver(DRAFT.chatId(), true)))
                .contains(new Press.TakeOver(DRAFT.chatId(), true));
        assertThat(Press.parse(Press.takeOver(DRAFT.chatId(), false)))
                .contains(new Press.TakeOver(DRAFT.chatId(), false));
        assertThat(Press.parse(Press.pick(DRAFT.chatId()))).contains(new Press.PickChat(DRAFT.chatId()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "d", "d:x:a:b", "d:s:a", "m:z:cht_1", "n:none", "c", "x:1", "h:x:1", "r:x:1", "w", "::::"})
    @DisplayName("takes no other data for one of its buttons")
    void none(String data) {
        assertThat(Press.parse(data)).isEmpty();
    }
}
