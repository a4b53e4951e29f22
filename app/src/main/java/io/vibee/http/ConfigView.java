package io.vibee.http;

import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat's configuration as it is in effect: the fields of a {@link ConfigBody}. */
record ConfigView(
        ChatMode mode,
        List<String> triggerWords,
        double responseProbability,
        OnFailure onFailure,
        WhenInDoubt whenInDoubt,
        List<Forbidden> forbid,
        boolean stateless,
        int takeoverMinutes,
        int draftMinutes,
        @Nullable Integer pauseBeforeAnswerSeconds,
        AnswerInGroup answerInGroup,
        int cooldownSeconds,
        boolean humanDelay,
        boolean answerBots,
        boolean markRead,
        List<String> names,
        Contact contact) {

    static ConfigView of(ChatView.Config config) {
        return new ConfigView(
                config.mode(),
                config.triggerWords(),
                config.responseProbability(),
                config.onFailure(),
                config.whenInDoubt(),
                config.forbid(),
                config.stateless(),
                config.takeoverMinutes(),
                config.draftMinutes(),
                config.manners().pauseSeconds(),
                config.manners().answerInGroup(),
                config.manners().cooldownSeconds(),
                config.manners().humanDelay(),
                config.manners().answerBots(),
                config.manners().markRead(),
                config.names(),
                config.contact());
    }

    @Override
    public String toString() {
        return "ConfigView[" + mode + "]";
    }
}
