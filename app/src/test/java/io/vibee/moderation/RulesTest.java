package io.vibee.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.moderation.StopReason.Rule;
import io.vibee.moderation.StopReason.Side;
import io.vibee.protocol.chat.Forbidden;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The rules of a node")
class RulesTest {

    private static final Set<Forbidden> ALL = EnumSet.allOf(Forbidden.class);
    private final Rules rules = new Rules(10, PatternList.parse(List.of("# banned", "casino")));

    private static boolean breaks(Forbidden ban, String answer) {
        return Rules.NONE.ofAnswer(answer, Set.of(ban)).isPresent();
    }

    @Test
    @DisplayName("stop a message that is too long or holds a pattern, and say which")
    void message() {
        assertThat(rules.ofMessage("0123456789")).isEmpty();
        assertThat(rules.ofMessage("0123456789a")).contains(new StopReason(Side.MESSAGE, Rule.TOO_LONG, ""));
        assertThat(rules.ofMessage("a Casino!"))
                .hasValueSatisfying(stop -> assertThat(stop.detail()).isEqualTo("pattern:2"));
        assertThat(Rules.NONE.ofMessage("casino ".repeat(10_000))).isEmpty();
    }

    @Test
    @DisplayName("stop an answer that holds a pattern or what its chat forbids, and nothing else")
    void answer() {
        assertThat(rules.ofAnswer("Try the casino, it is long", Set.of()))
                .hasValueSatisfying(stop -> assertThat(stop.detail()).isEqualTo("answer_pattern:2"));
        assertThat(rules.ofAnswer("See https://example.com", Set.of(Forbidden.LINKS)))
                .hasValueSatisfying(stop -> assertThat(stop.detail()).isEqualTo("answer_links"));
        assertThat(rules.ofAnswer("See https://example.com", Set.of())).isEmpty();
        assertThat(rules.ofAnswer("Nothing to see here, really", ALL)).isEmpty();
    }

    @Nested
    @DisplayName("know a link")
    class Links {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "See https://example.com/a?b=c",
                    "HTTP://EXAMPLE.COM",
                    "go to www.example.anything",
                    "example.com",
                    "Write to (example.org).",
                    "shop.example.co.uk has it",
                    "пример.рф",
                    "сайт.онлайн здесь",
                    "t.me/somebody",
                    "telegram.me/joinchat/x",
                    "T.ME",
                    "tg://resolve?domain=somebody",
                    "bit.ly/3abc",
                    "[here](http://x.test)",
                    "me@example.com",
                    "mailto:me@host",
                    "localhost.lan/page",
                    "host.name.zz:8080/x",
                    "ex\u200Bample\u2060.c\u00ADom",
                    "\uFF45\uFF58\uFF41\uFF4D\uFF50\uFF4C\uFF45\uFF0E\uFF43\uFF4F\uFF4D",
                    "example\u3002com",
                    "xn--e1afmkfd.xn--p1ai"
                })
        void found(String answer) {
            assertThat(breaks(Forbidden.LINKS, answer)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Yes.No.Maybe",
                    "It costs 3.50, or 1.000.000",
                    "e.g. this, i.e. that",
                    "I'm here.It is late",
                    "Да.Нет.Не знаю",
                    "and/or, 24/7, he/she",
                    "version 1.2.3",
                    "Wait... what?",
                    "At 10.30 today",
                    "U.S.A. and Ph.D."
                })
        void notFound(String answer) {
            assertThat(breaks(Forbidden.LINKS, answer)).isFalse();
        }
    }

    @Nested
    @DisplayName("know a mention")
    class Mentions {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Ask @somebody",
                    "@durov!",
                    "(@some_body1)",
                    "tg://user?id=42",
                    "\uFF20somebody",
                    "@so\u200Bmebody"
                })
        void found(String answer) {
            assertThat(breaks(Forbidden.MENTIONS, answer)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"me@example.com", "5 @ 3", "@ home", "@5pm", "a@b", "@@"})
        void notFound(String answer) {
            assertThat(breaks(Forbidden.MENTIONS, answer)).isFalse();
        }
    }

    @Nested
    @DisplayName("know a promise")
    class Promises {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "I promise!",
                    "We guarantee the result.",
                    "I'll refund you",
                    "We will refund the whole amount",
                    "You'll get a full refund",
                    "The price is $20",
                    "It costs 15 euros",
                    "It's only 1,500 rubles for you",
                    "You can have 20% off",
                    "I'll be there",
                    "I\u2019ll come to you tomorrow",
                    "We'll deliver it by Friday",
                    "See you tomorrow at the station",
                    "Let's meet at 5",
                    "It will be ready in two days",
                    "You can count on me",
                    "I pr\u200Bomise",
                    "Обещаю!",
                    "Я гарантирую качество",
                    "Мы вернём деньги",
                    "Вернем вам всю сумму",
                    "Вы получите скидку",
                    "Цена 500 рублей",
                    "Это стоит 1 500 руб.",
                    "Отдам за 300 ₽",
                    "Скидка 20%",
                    "Приду завтра",
                    "Завтра я приеду",
                    "Перезвоню вам через час",
                    "Давайте встретимся в пятницу",
                    "Всё будет готово к 5",
                    "Договорились",
                    "I can't tell, but I promise to ask"
                })
        void found(String answer) {
            assertThat(breaks(Forbidden.PROMISES, answer)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "I can't promise anything",
                    "I don't guarantee that",
                    "There is no guarantee",
                    "We cannot refund that",
                    "I will not be there",
                    "I'm not able to promise a date",
                    "What a promising idea",
                    "How is the price?",
                    "I refunded nothing, that was somebody else",
                    "They meet on Fridays",
                    "See you!",
                    "I had 20 dollars in my pocket",
                    "Не обещаю",
                    "Не могу обещать",
                    "Гарантий нет, без гарантий",
                    "Я не приду завтра",
                    "Какая цена?",
                    "Он обещал прийти",
                    "Хорошая мысль, подумаю завтра",
                    "Возвращение домой"
                })
        void notFound(String answer) {
            assertThat(breaks(Forbidden.PROMISES, answer)).isFalse();
        }
    }

    @Test
    @DisplayName("tell the model all that a chat forbids")
    void instruction() {
        assertThat(Bans.instruction(ALL))
                .contains("links")
                .contains("Telegram users")
                .contains("promises");
        assertThat(Bans.instruction(Set.of(Forbidden.LINKS))).doesNotContain("promises");
    }

    @Test
    @DisplayName("say whether an answer can still be stopped when it is whole")
    void judgesAnswers() {
        assertThat(Moderation.NONE.judgesAnswers(Set.of())).isFalse();
        assertThat(Moderation.NONE.judgesAnswers(ALL)).isTrue();
        assertThat(new Moderation(rules, null, false).judgesAnswers(Set.of())).isTrue();
        Moderation.Endpoint endpoint =
                new Moderation.Endpoint(java.net.URI.create("https://x.test/v1"), "sk-secret", "m");
        assertThat(new Moderation(Rules.NONE, endpoint, false).judgesAnswers(Set.of()))
                .isTrue();
        assertThat(endpoint.toString()).doesNotContain("secret");
    }
}
