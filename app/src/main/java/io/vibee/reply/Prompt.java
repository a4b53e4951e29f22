package io.vibee.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is given: our instructions, and apart from them what people wrote, oldest first. Neither part is shown
 * by {@link #toString()}, for these are a person's words.
 */
public record Prompt(String system, List<Turn> turns) {
    public Prompt {
        turns = List.copyOf(turns);
        if (turns.isEmpty() || turns.getLast().role() != Role.USER) {
            throw new IllegalArgumentException("turns: the last is not a person's (expected: the message to answer)");
        }
    }

    /** Who speaks: other people, or the one for whom the model answers. */
    public enum Role {
        USER,
        ASSISTANT
    }

    /**
     * One message of the conversation.
     *
     * @param name the sender, where several people write (in a group), else null
     */
    public record Turn(Role role, @Nullable String name, String text) {

        /** With the name in front: OpenAI's own field for it allows no spaces and nothing much beyond ASCII. */
        String words() {
            return name == null ? text : name + ": " + text;
        }

        @Override
        public String toString() {
            return "Turn[" + role + ", " + text.length() + " chars]";
        }
    }

    /** Whether nothing of ours was said before: somebody may ask the same again. */
    boolean opens() {
        return turns.stream().noneMatch(turn -> turn.role() == Role.ASSISTANT);
    }

    /** What it takes, by {@link TokenCount}. */
    public long tokens() {
        return TokenCount.of(this, "").promptTokens();
    }

    /** The same with one more line of instructions. */
    Prompt withInstruction(String line) {
        return new Prompt(system + "\n\n" + line, turns);
    }

    /** Half of it: without the older turns or, of a single one, with the first half of its text. */
    Prompt shortened() {
        if (turns.size() > 1) {
            return new Prompt(system, turns.subList(turns.size() / 2, turns.size()));
        }
        Turn only = turns.getFirst();
        int half = only.text().length() / 2;
        int end = half > 0 && Character.isHighSurrogate(only.text().charAt(half - 1)) ? half - 1 : half;
        return new Prompt(
                system, List.of(new Turn(only.role(), only.name(), only.text().substring(0, end))));
    }

    @Override
    public String toString() {
        return "Prompt[system " + system.length() + " chars, " + turns.size() + " turns]";
    }
}
