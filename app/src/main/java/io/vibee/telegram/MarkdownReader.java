package io.vibee.telegram;

import io.vibee.protocol.session.TextEntity.Kind;
import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.strikethrough.Strikethrough;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a model's Markdown (<a href="https://spec.commonmark.org/0.31.2/">CommonMark</a> and strikethrough) as a text with entities. Lines
 * stay lines and keep their indent. What Telegram can't show, and what people write without meaning Markdown (2*3*4, a line under a line,
 * {@code [sighs](quietly)}), stays as it was written.
 */
public final class MarkdownReader {
    private static final Logger LOG = LoggerFactory.getLogger(MarkdownReader.class);

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(
                    StrikethroughExtension.builder().requireTwoTildes(true).build()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
            .build();

    private static final String BREAK = "———";
    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");
    private static final Pattern WEB =
            Pattern.compile("(?:https?://[^\\s/?#]|tg://)\\S{1,2000}", Pattern.CASE_INSENSITIVE);
    private static final Pattern MAIL = Pattern.compile("mailto:(\\S+@\\S{1,200})", Pattern.CASE_INSENSITIVE);
    private static final Pattern LANGUAGE = Pattern.compile("[\\w+#.-]{1,32}");

    private final FormattedTextBuilder out = new FormattedTextBuilder();
    private final SourceLines source;
    private int line = -1;
    private int quotes;

    private MarkdownReader(SourceLines source) {
        this.source = source;
    }

    /**
     * The text without its markup. A text without Markdown comes out unchanged, except for white space at the ends of its lines. So does
     * one that can't be read: an answer is paid for and must not be lost because of its formats.
     */
    public static FormattedText read(String markdown) {
        try {
            return parse(markdown);
        } catch (RuntimeException defect) {
            LOG.error("a defect of the reader of Markdown", defect);
        } catch (StackOverflowError nestedTooDeep) {
            // Nobody would see thousands of levels, and this error would end the process.
            LOG.debug("Markdown nested too deep");
        }
        return FormattedText.plain(markdown.strip());
    }

    static FormattedText parse(String markdown) {
        var reader = new MarkdownReader(new SourceLines(LINE_END.split(markdown, -1)));
        reader.blocks(PARSER.parse(markdown));
        return reader.out.build();
    }

    // Blocks.

    private void blocks(Node parent) {
        for (Node block = parent.getFirstChild(); block != null; block = block.getNext()) {
            block(block);
        }
    }

    private void block(Node block) {
        switch (block) {
            case Paragraph paragraph -> {
                goTo(source.first(paragraph));
                inlines(paragraph);
            }
            case Heading heading -> heading(heading);
            case BulletList list -> bullets(list);
            case OrderedList list -> numbers(list);
            case BlockQuote quote -> quote(quote);
            case FencedCodeBlock code -> code(code, code.getLiteral(), language(code.getInfo()));
            case IndentedCodeBlock code -> code(code, code.getLiteral(), null);
            case ThematicBreak rule -> {
                goTo(source.first(rule));
                out.append(BREAK);
            }
            default -> asWritten(block);
        }
    }

    private void heading(Heading heading) {
        int last = source.last(heading);
        boolean underlined = source.first(heading) < last;
        if (heading.getFirstChild() == null) {
            asWritten(heading);
        } else if (underlined) {
            goTo(source.first(heading));
            inlines(heading);
            goTo(last);
            out.append(source.content(last, 0, quotes));
        } else {
            goTo(last);
            out.within(Kind.BOLD, null, () -> inlines(heading));
        }
    }

    private void bullets(BulletList list) {
        for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
            SourceLines.Marker marker = source.marker(item);
            if (item.getFirstChild() == null) {
                asWritten(item);
            } else {
                goTo(source.first(item));
                out.append(marker.text().startsWith("+") ? marker.whole() : "• ");
                blocks(item);
            }
        }
    }

    /** Keeps the numbers that were written. If all are the same, it counts. */
    private void numbers(OrderedList list) {
        int number = 0;
        boolean counted = source.sameMarkers(list);
        for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
            SourceLines.Marker marker = source.marker(item);
            goTo(source.first(item));
            out.append(counted ? marker.plus(number) : marker.whole());
            blocks(item);
            number++;
        }
    }

    private void quote(BlockQuote quote) {
        int first = source.first(quote);
        if (quote.getFirstChild() == null || !source.isSpacedQuote(quote)) {
            asWritten(quote);
            return;
        }
        goTo(first);
        quotes++;
        out.within(Kind.BLOCKQUOTE, null, () -> blocks(quote));
        quotes--;
    }

    private void code(Node block, String literal, @Nullable String language) {
        goTo(source.first(block), false);
        String code = literal.endsWith("\n") ? literal.substring(0, literal.length() - 1) : literal;
        out.code(Kind.PRE, code, language);
        line = source.last(block);
    }

    private static @Nullable String language(@Nullable String info) {
        if (info == null) {
            return null;
        }
        String first = info.strip().split("\\s", 2)[0];
        return LANGUAGE.matcher(first).matches() ? first : null;
    }

    private void asWritten(Node block) {
        int first = source.first(block);
        for (int at = first; at <= source.last(block); at++) {
            goTo(at);
            out.append(source.content(at, at == first ? source.column(block) : 0, quotes));
        }
    }

    // Inside a line.

    private void inlines(Node parent) {
        for (Node inline = parent.getFirstChild(); inline != null; inline = inline.getNext()) {
            inline(inline);
        }
    }

    private void inline(Node inline) {
        switch (inline) {
            case Text text -> out.append(text.getLiteral());
            case SoftLineBreak wrap -> nextLine(wrap);
            case HardLineBreak wrap -> nextLine(wrap);
            case Emphasis emphasis -> emphasis(emphasis);
            case StrongEmphasis strong -> strong(strong);
            case Strikethrough struck -> out.within(Kind.STRIKETHROUGH, null, () -> inlines(struck));
            case Code code -> out.code(Kind.CODE, code.getLiteral(), null);
            case Link link -> link(link, link.getDestination());
            case Image image -> link(image, image.getDestination());
            default -> inlineAsWritten(inline);
        }
    }

    private void nextLine(Node wrap) {
        Node next = wrap.getNext();
        goTo(next == null || next.getSourceSpans().isEmpty() ? line + 1 : source.first(next));
    }

    /** After a letter or digit, an asterisk multiplies more often than it stresses. */
    private void emphasis(Emphasis emphasis) {
        if (emphasis.getOpeningDelimiter().equals("*") && source.isBehind(emphasis, MarkdownReader::isFactor)) {
            out.append("*");
            inlines(emphasis);
            out.append("*");
        } else {
            out.within(Kind.ITALIC, null, () -> inlines(emphasis));
        }
    }

    private void strong(StrongEmphasis strong) {
        if (strong.getOpeningDelimiter().equals("**") && source.isBehind(strong, Character::isDigit)) {
            out.append("**");
            inlines(strong);
            out.append("**");
        } else {
            out.within(Kind.BOLD, null, () -> inlines(strong));
        }
    }

    private static boolean isFactor(int point) {
        return Character.isDigit(point)
                || (Character.isLetter(point)
                        && switch (Character.UnicodeScript.of(point)) {
                            case LATIN, GREEK, CYRILLIC -> true;
                            default -> false;
                        });
    }

    /** Telegram finds mail addresses by itself and can't link to them. */
    private void link(Node link, String url) {
        var mail = MAIL.matcher(url);
        if (WEB.matcher(url).matches()) {
            out.within(Kind.TEXT_LINK, url, () -> label(link, url));
        } else if (mail.matches()) {
            int before = out.length();
            label(link, mail.group(1));
            if (!out.endsWith(mail.group(1), before)) {
                out.append(" (" + mail.group(1) + ")");
            }
        } else {
            inlineAsWritten(link);
        }
    }

    private void label(Node link, String otherwise) {
        int before = out.length();
        inlines(link);
        if (out.length() == before) {
            out.append(otherwise);
        }
    }

    private void inlineAsWritten(Node inline) {
        for (SourceSpan span : inline.getSourceSpans()) {
            goTo(span.getLineIndex());
            out.append(source.of(span));
        }
    }

    // From line to line.

    private void goTo(int next) {
        goTo(next, true);
    }

    /** Moves on by as many lines as the source does. What begins in the same line continues there. */
    private void goTo(int next, boolean indented) {
        if (line >= 0 && next > line) {
            out.append("\n".repeat(next - line));
            if (indented) {
                out.append(source.indent(next, quotes));
            }
        }
        line = Math.max(line, next);
    }
}
