/*
 * pebble.c - a small scripting language in one file.
 *
 * The program reads a script, turns it into a syntax tree, compiles the tree
 * to bytecode and runs the bytecode on a stack machine with a mark and sweep
 * garbage collector.  It can also print a script in a canonical layout, list
 * the bytecode, read commands interactively, and test itself.
 *
 * Build:  gcc -std=c11 -Wall -Wextra -Wpedantic -O1 program.c -lm
 * Usage:  pebble [-i | [--run | --format | --code] FILE]
 *
 * Without arguments the program runs its self-test.
 *
 * Dedicated to the public domain under CC0 1.0.  No rights reserved.
 */

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VERSION "1.0"

#define STACK_MAX 8192          /* values on the stack of the machine */
#define FRAME_MAX 1000          /* nested calls */
#define LOCAL_MAX 256           /* local variables of one function */
#define BREAK_MAX 32            /* break statements in one loop */
#define NESTING_MAX 150         /* nested expressions and blocks */
#define ARGUMENT_MAX 255        /* arguments of one call */
#define GC_FIRST_LIMIT (256 * 1024)

#ifdef __GNUC__
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#else
#define PRINTF_LIKE(text, first)
#endif

/* ------------------------------------------------------------------------
 * Memory and text
 * --------------------------------------------------------------------- */

/* Works like realloc, but ends the program when there is no memory left. */
static void *xrealloc(void *block, size_t size)
{
    void *result = realloc(block, size);

    if (result == NULL && size > 0) {
        fprintf(stderr, "pebble: out of memory (%zu bytes wanted)\n", size);
        exit(EXIT_FAILURE);
    }
    return result;
}

/* Makes room for one more element at the end of a growing array. */
#define RESERVE_ONE(array, count, capacity)                                  \
    do {                                                                     \
        if ((count) >= (capacity)) {                                         \
            (capacity) = (capacity) < 8 ? 8 : (capacity) * 2;                \
            (array) = xrealloc((array), (size_t)(capacity) * sizeof *(array)); \
        }                                                                    \
    } while (0)

/* A piece of text that somebody else owns.  It does not end with a zero. */
typedef struct {
    const char *chars;
    size_t length;
} Text;

static Text text_of(const char *chars)
{
    Text text = { chars, strlen(chars) };
    return text;
}

static bool text_equal(Text a, Text b)
{
    return a.length == b.length && memcmp(a.chars, b.chars, a.length) == 0;
}

/* A string builder.  Its data always ends with a zero once it is not NULL. */
typedef struct {
    char *data;
    size_t length;
    size_t capacity;
} Builder;

static void builder_bytes(Builder *builder, const char *bytes, size_t length)
{
    size_t needed = builder->length + length + 1;

    if (needed > builder->capacity) {
        size_t capacity = builder->capacity < 32 ? 32 : builder->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        builder->data = xrealloc(builder->data, capacity);
        builder->capacity = capacity;
    }
    if (length > 0) {
        memcpy(builder->data + builder->length, bytes, length);
    }
    builder->length += length;
    builder->data[builder->length] = '\0';
}

static void builder_char(Builder *builder, char c)
{
    builder_bytes(builder, &c, 1);
}

static void builder_add(Builder *builder, const char *chars)
{
    builder_bytes(builder, chars, strlen(chars));
}

PRINTF_LIKE(2, 3)
static void builder_format(Builder *builder, const char *format, ...)
{
    char buffer[256];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof buffer) {
        length = (int)sizeof buffer - 1;    /* long messages are cut off */
    }
    if (length > 0) {
        builder_bytes(builder, buffer, (size_t)length);
    }
}

static const char *builder_text(const Builder *builder)
{
    return builder->data != NULL ? builder->data : "";
}

static void builder_free(Builder *builder)
{
    free(builder->data);
    memset(builder, 0, sizeof *builder);
}

/* Writes the shortest decimal number that reads back as the same double. */
static void builder_number(Builder *builder, double number)
{
    char buffer[40];

    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, number);
        if (strtod(buffer, NULL) == number) {
            break;
        }
    }
    if (fabs(number) < 1e15 && floor(number) == number) {
        snprintf(buffer, sizeof buffer, "%.0f", number);
    }
    builder_add(builder, buffer);
}

/* Writes text as a string literal, with quotes and escape sequences. */
static void builder_quoted(Builder *builder, Text text)
{
    builder_char(builder, '"');
    for (size_t i = 0; i < text.length; i++) {
        char c = text.chars[i];
        switch (c) {
        case '\n':
            builder_add(builder, "\\n");
            break;
        case '\t':
            builder_add(builder, "\\t");
            break;
        case '"':
        case '\\':
            builder_char(builder, '\\');
            builder_char(builder, c);
            break;
        default:
            if (isprint((unsigned char)c)) {
                builder_char(builder, c);
            } else {
                builder_format(builder, "\\x%02x", (unsigned)(unsigned char)c);
            }
            break;
        }
    }
    builder_char(builder, '"');
}

/*
 * An arena hands out memory that is freed all at once.  The syntax tree of a
 * script lives in an arena, so that no function has to free a single node.
 */
typedef struct ArenaBlock {
    struct ArenaBlock *next;
    size_t used;
    size_t size;
    max_align_t data[];
} ArenaBlock;

typedef struct {
    ArenaBlock *blocks;
} Arena;

static void *arena_alloc(Arena *arena, size_t size)
{
    size_t unit = sizeof(max_align_t);
    ArenaBlock *block = arena->blocks;

    size = (size + unit - 1) / unit * unit;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > 8192 ? size : 8192;
        block = xrealloc(NULL, sizeof *block + room);
        block->next = arena->blocks;
        block->used = 0;
        block->size = room;
        arena->blocks = block;
    }
    void *result = (char *)block->data + block->used;
    block->used += size;
    memset(result, 0, size);
    return result;
}

static void arena_free(Arena *arena)
{
    while (arena->blocks != NULL) {
        ArenaBlock *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}

/* ------------------------------------------------------------------------
 * Errors
 * --------------------------------------------------------------------- */

/* A place in a script.  Lines and columns are counted from one. */
typedef struct {
    int line;
    int column;
} Position;

typedef struct {
    bool is_set;
    Position at;
    char message[160];
} Error;

static void error_set_list(Error *error, Position at, const char *format, va_list list)
{
    if (error->is_set) {
        return;                 /* only the first error is worth reading */
    }
    error->is_set = true;
    error->at = at;
    vsnprintf(error->message, sizeof error->message, format, list);
}

PRINTF_LIKE(3, 4)
static void error_set(Error *error, Position at, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_set_list(error, at, format, arguments);
    va_end(arguments);
}

/* Shows an error together with the line it was found in and a caret. */
static void error_show(FILE *file, const Error *error, const char *name,
                       const char *source)
{
    const char *line = source;

    fprintf(file, "%s:%d:%d: error: %s\n", name, error->at.line, error->at.column,
            error->message);
    for (int i = 1; i < error->at.line && line != NULL; i++) {
        line = strchr(line, '\n');
        if (line != NULL) {
            line++;
        }
    }
    if (line != NULL) {
        int length = (int)strcspn(line, "\n");
        fprintf(file, "    %.*s\n", length, line);
        fprintf(file, "    %*s^\n", error->at.column - 1, "");
    }
}

/* ------------------------------------------------------------------------
 * Lexer
 * --------------------------------------------------------------------- */

/* Every kind of token, with the name that error messages use for it. */
#define TOKEN_LIST(X)               \
    X(TOKEN_END, "the end")         \
    X(TOKEN_NAME, "a name")         \
    X(TOKEN_NUMBER, "a number")     \
    X(TOKEN_STRING, "a string")     \
    X(TOKEN_PLUS, "+")              \
    X(TOKEN_MINUS, "-")             \
    X(TOKEN_STAR, "*")              \
    X(TOKEN_SLASH, "/")             \
    X(TOKEN_PERCENT, "%")           \
    X(TOKEN_POWER, "**")            \
    X(TOKEN_EQUAL, "==")            \
    X(TOKEN_UNEQUAL, "!=")          \
    X(TOKEN_LESS, "<")              \
    X(TOKEN_LESS_EQUAL, "<=")       \
    X(TOKEN_GREATER, ">")           \
    X(TOKEN_GREATER_EQUAL, ">=")    \
    X(TOKEN_ASSIGN, "=")            \
    X(TOKEN_QUESTION, "?")          \
    X(TOKEN_COLON, ":")             \
    X(TOKEN_COMMA, ",")             \
    X(TOKEN_DOT, ".")               \
    X(TOKEN_SEMICOLON, ";")         \
    X(TOKEN_LEFT_PAREN, "(")        \
    X(TOKEN_RIGHT_PAREN, ")")       \
    X(TOKEN_LEFT_BRACKET, "[")      \
    X(TOKEN_RIGHT_BRACKET, "]")     \
    X(TOKEN_LEFT_BRACE, "{")        \
    X(TOKEN_RIGHT_BRACE, "}")       \
    X(TOKEN_AND, "and")             \
    X(TOKEN_BREAK, "break")         \
    X(TOKEN_CONTINUE, "continue")   \
    X(TOKEN_ELSE, "else")           \
    X(TOKEN_FALSE, "false")         \
    X(TOKEN_FN, "fn")               \
    X(TOKEN_FOR, "for")             \
    X(TOKEN_IF, "if")               \
    X(TOKEN_IN, "in")               \
    X(TOKEN_LET, "let")             \
    X(TOKEN_NIL, "nil")             \
    X(TOKEN_NOT, "not")             \
    X(TOKEN_OR, "or")               \
    X(TOKEN_RETURN, "return")       \
    X(TOKEN_TRUE, "true")           \
    X(TOKEN_WHILE, "while")

typedef enum {
#define X(kind, name) kind,
    TOKEN_LIST(X)
#undef X
    TOKEN_KIND_COUNT
} TokenKind;

static const char *const token_names[TOKEN_KIND_COUNT] = {
#define X(kind, name) name,
    TOKEN_LIST(X)
#undef X
};

typedef struct {
    TokenKind kind;
    Position at;
    Text text;
} Token;

typedef struct {
    const char *cursor;         /* the next character to read */
    const char *line_start;     /* the first character of this line */
    int line;
    Error *error;
} Lexer;

static void lexer_init(Lexer *lexer, const char *source, Error *error)
{
    lexer->cursor = source;
    lexer->line_start = source;
    lexer->line = 1;
    lexer->error = error;
}

static Position lexer_position(const Lexer *lexer)
{
    Position at = { lexer->line, (int)(lexer->cursor - lexer->line_start) + 1 };
    return at;
}

/* Skips blanks, line ends and comments, which run from '#' to the line end. */
static void lexer_skip_blanks(Lexer *lexer)
{
    for (;;) {
        switch (*lexer->cursor) {
        case '\n':
            lexer->cursor++;
            lexer->line++;
            lexer->line_start = lexer->cursor;
            break;
        case ' ':
        case '\t':
        case '\r':
            lexer->cursor++;
            break;
        case '#':
            while (*lexer->cursor != '\0' && *lexer->cursor != '\n') {
                lexer->cursor++;
            }
            break;
        default:
            return;
        }
    }
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Returns the keyword that the text spells, or TOKEN_NAME for other words. */
static TokenKind keyword_of(Text text)
{
    for (int kind = TOKEN_AND; kind < TOKEN_KIND_COUNT; kind++) {
        if (text_equal(text, text_of(token_names[kind]))) {
            return (TokenKind)kind;
        }
    }
    return TOKEN_NAME;
}

/* Tells whether the text may stand after a dot, as in "point.x". */
static bool is_plain_name(Text text)
{
    if (text.length == 0 || !is_name_start(text.chars[0])) {
        return false;
    }
    for (size_t i = 1; i < text.length; i++) {
        if (!is_name_char(text.chars[i])) {
            return false;
        }
    }
    return keyword_of(text) == TOKEN_NAME;
}

/* Moves over digits, a fraction and an exponent; each part must be complete. */
static void lexer_skip_number(Lexer *lexer)
{
    const char *c = lexer->cursor;

    while (isdigit((unsigned char)*c)) {
        c++;
    }
    if (c[0] == '.' && isdigit((unsigned char)c[1])) {
        do {
            c++;
        } while (isdigit((unsigned char)*c));
    }
    if (*c == 'e' || *c == 'E') {
        const char *digits = c + 1;
        if (*digits == '+' || *digits == '-') {
            digits++;
        }
        if (isdigit((unsigned char)*digits)) {
            while (isdigit((unsigned char)*digits)) {
                digits++;
            }
            c = digits;
        }
    }
    lexer->cursor = c;
}

/* Moves over a string literal.  The escapes are decoded by the parser. */
static bool lexer_skip_string(Lexer *lexer, Position at)
{
    lexer->cursor++;
    while (*lexer->cursor != '"') {
        if (*lexer->cursor == '\0' || *lexer->cursor == '\n') {
            error_set(lexer->error, at, "this string has no closing quote");
            return false;
        }
        if (lexer->cursor[0] == '\\' && isprint((unsigned char)lexer->cursor[1])) {
            lexer->cursor++;
        }
        lexer->cursor++;
    }
    lexer->cursor++;
    return true;
}

/* Takes the next character only if it is the wanted one. */
static bool lexer_accept(Lexer *lexer, char wanted)
{
    if (*lexer->cursor != wanted) {
        return false;
    }
    lexer->cursor++;
    return true;
}

static TokenKind lexer_operator(Lexer *lexer, Position at)
{
    char c = *lexer->cursor++;

    switch (c) {
    case '(': return TOKEN_LEFT_PAREN;
    case ')': return TOKEN_RIGHT_PAREN;
    case '[': return TOKEN_LEFT_BRACKET;
    case ']': return TOKEN_RIGHT_BRACKET;
    case '{': return TOKEN_LEFT_BRACE;
    case '}': return TOKEN_RIGHT_BRACE;
    case ',': return TOKEN_COMMA;
    case '.': return TOKEN_DOT;
    case ';': return TOKEN_SEMICOLON;
    case ':': return TOKEN_COLON;
    case '?': return TOKEN_QUESTION;
    case '+': return TOKEN_PLUS;
    case '-': return TOKEN_MINUS;
    case '/': return TOKEN_SLASH;
    case '%': return TOKEN_PERCENT;
    case '*': return lexer_accept(lexer, '*') ? TOKEN_POWER : TOKEN_STAR;
    case '=': return lexer_accept(lexer, '=') ? TOKEN_EQUAL : TOKEN_ASSIGN;
    case '<': return lexer_accept(lexer, '=') ? TOKEN_LESS_EQUAL : TOKEN_LESS;
    case '>': return lexer_accept(lexer, '=') ? TOKEN_GREATER_EQUAL : TOKEN_GREATER;
    case '!':
        if (lexer_accept(lexer, '=')) {
            return TOKEN_UNEQUAL;
        }
        error_set(lexer->error, at, "unexpected '!' (did you mean 'not'?)");
        return TOKEN_END;
    default:
        if (isprint((unsigned char)c)) {
            error_set(lexer->error, at, "unexpected character '%c'", c);
        } else {
            error_set(lexer->error, at, "unexpected byte %d", (unsigned char)c);
        }
        return TOKEN_END;
    }
}

/*
 * Reads one token.  After an error the lexer returns nothing but TOKEN_END,
 * and that is why the loops of the parser come to an end by themselves.
 */
static Token lexer_next(Lexer *lexer)
{
    Token token = { TOKEN_END, { 0, 0 }, { "", 0 } };

    lexer_skip_blanks(lexer);
    token.at = lexer_position(lexer);
    if (lexer->error->is_set || *lexer->cursor == '\0') {
        return token;
    }
    const char *start = lexer->cursor;
    if (is_name_start(*start)) {
        while (is_name_char(*lexer->cursor)) {
            lexer->cursor++;
        }
        Text word = { start, (size_t)(lexer->cursor - start) };
        token.kind = keyword_of(word);
    } else if (isdigit((unsigned char)*start)) {
        lexer_skip_number(lexer);
        token.kind = TOKEN_NUMBER;
    } else if (*start == '"') {
        token.kind = lexer_skip_string(lexer, token.at) ? TOKEN_STRING : TOKEN_END;
    } else {
        token.kind = lexer_operator(lexer, token.at);
    }
    token.text.chars = start;
    token.text.length = (size_t)(lexer->cursor - start);
    return token;
}

/* ------------------------------------------------------------------------
 * Syntax tree
 * --------------------------------------------------------------------- */

/*
 * All nodes have the same shape.  The slots a, b and c hold children, and
 * items is a list of further children, linked by next:
 *
 *   NODE_UNARY       op a                 NODE_LET        text = a
 *   NODE_BINARY      a op b               NODE_IF         if a b else c
 *   NODE_LOGIC       a op b               NODE_WHILE      while a b
 *   NODE_CONDITION   a ? b : c            NODE_FOR        for text in a b
 *   NODE_ASSIGN      a = b                NODE_RETURN     return a
 *   NODE_INDEX       a[b]                 NODE_BLOCK      { items }
 *   NODE_CALL        a(items)             NODE_EXPRESSION a
 *   NODE_FUNCTION    fn text(items) a
 *   NODE_LIST        [items]
 *   NODE_MAP         {items}, where keys and values take turns
 */
typedef enum {
    NODE_NIL, NODE_TRUE, NODE_FALSE, NODE_NUMBER, NODE_STRING, NODE_NAME,
    NODE_UNARY, NODE_BINARY, NODE_LOGIC, NODE_CONDITION, NODE_ASSIGN,
    NODE_INDEX, NODE_CALL, NODE_FUNCTION, NODE_LIST, NODE_MAP,
    NODE_LET, NODE_IF, NODE_WHILE, NODE_FOR, NODE_RETURN, NODE_BREAK,
    NODE_CONTINUE, NODE_BLOCK, NODE_EXPRESSION
} NodeKind;

typedef struct Node {
    NodeKind kind;
    TokenKind op;
    Position at;
    double number;
    Text text;
    int count;                  /* how many items there are */
    struct Node *a, *b, *c;
    struct Node *items;
    struct Node *next;
} Node;

/* Binding strength of expressions, from the loosest to the tightest. */
typedef enum {
    LEVEL_NONE, LEVEL_ASSIGN, LEVEL_CONDITION, LEVEL_OR, LEVEL_AND, LEVEL_NOT,
    LEVEL_EQUAL, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MULTIPLY, LEVEL_NEGATE,
    LEVEL_POWER, LEVEL_POSTFIX, LEVEL_PRIMARY
} Level;

static Level binary_level(TokenKind op)
{
    switch (op) {
    case TOKEN_OR:
        return LEVEL_OR;
    case TOKEN_AND:
        return LEVEL_AND;
    case TOKEN_EQUAL:
    case TOKEN_UNEQUAL:
        return LEVEL_EQUAL;
    case TOKEN_LESS:
    case TOKEN_LESS_EQUAL:
    case TOKEN_GREATER:
    case TOKEN_GREATER_EQUAL:
        return LEVEL_COMPARE;
    case TOKEN_PLUS:
    case TOKEN_MINUS:
        return LEVEL_ADD;
    case TOKEN_STAR:
    case TOKEN_SLASH:
    case TOKEN_PERCENT:
        return LEVEL_MULTIPLY;
    default:
        return LEVEL_NONE;
    }
}

/* ------------------------------------------------------------------------
 * Parser
 * --------------------------------------------------------------------- */

typedef struct {
    Lexer lexer;
    Token token;                /* the token that is looked at now */
    Arena *arena;
    Error *error;
    int nesting;
} Parser;

static Node *parse_expression(Parser *parser);
static Node *parse_unary(Parser *parser);
static Node *parse_block(Parser *parser);

static void advance(Parser *parser)
{
    parser->token = lexer_next(&parser->lexer);
}

static bool accept(Parser *parser, TokenKind kind)
{
    if (parser->token.kind != kind) {
        return false;
    }
    advance(parser);
    return true;
}

/* Reports an error at the current token and puts the parser to rest. */
static void parse_error(Parser *parser, const char *message)
{
    error_set(parser->error, parser->token.at, "%s", message);
    parser->token.kind = TOKEN_END;
}

static void expect(Parser *parser, TokenKind kind, const char *where)
{
    if (parser->token.kind == kind) {
        advance(parser);
        return;
    }
    Token found = parser->token;
    if (found.kind == TOKEN_END) {
        error_set(parser->error, found.at, "expected '%s' %s but the script ends",
                  token_names[kind], where);
    } else {
        error_set(parser->error, found.at, "expected '%s' %s but found '%.*s'",
                  token_names[kind], where, (int)found.text.length, found.text.chars);
    }
    parser->token.kind = TOKEN_END;
}

/* Counts the nesting, so that a million brackets cannot exhaust the C stack. */
static bool enter(Parser *parser)
{
    if (parser->nesting >= NESTING_MAX) {
        parse_error(parser, "this is nested too deeply");
        return false;
    }
    parser->nesting++;
    return true;
}

static Node *new_node(Parser *parser, NodeKind kind, Position at)
{
    Node *node = arena_alloc(parser->arena, sizeof *node);

    node->kind = kind;
    node->at = at;
    return node;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes the escape sequences of a string literal into the arena. */
static Text decode_string(Parser *parser, Token token)
{
    const char *from = token.text.chars + 1;
    const char *end = token.text.chars + token.text.length - 1;
    char *data = arena_alloc(parser->arena, token.text.length);
    Text text = { data, 0 };

    while (from < end) {
        char c = *from++;
        if (c == '\\') {
            c = *from++;
            switch (c) {
            case 'n':
                c = '\n';
                break;
            case 't':
                c = '\t';
                break;
            case '"':
            case '\\':
                break;
            case 'x':
                if (hex_digit(from[0]) >= 0 && hex_digit(from[1]) >= 0) {
                    c = (char)(hex_digit(from[0]) * 16 + hex_digit(from[1]));
                    from += 2;
                    break;
                }
                parse_error(parser, "'\\x' needs two hexadecimal digits");
                return text;
            default:
                parse_error(parser, "unknown escape sequence in this string");
                return text;
            }
        }
        data[text.length++] = c;
    }
    return text;
}

/* Parses "item, item, item" up to the closing token; a last comma is fine. */
static void parse_items(Parser *parser, Node *parent, TokenKind close, const char *where)
{
    Node **tail = &parent->items;
    bool is_map = close == TOKEN_RIGHT_BRACE;

    while (parser->token.kind != close && parser->token.kind != TOKEN_END) {
        *tail = parse_expression(parser);
        tail = &(*tail)->next;
        parent->count++;
        if (is_map) {
            expect(parser, TOKEN_COLON, "after a key");
            *tail = parse_expression(parser);
            tail = &(*tail)->next;
        }
        if (!accept(parser, TOKEN_COMMA)) {
            break;
        }
    }
    expect(parser, close, where);
}

/* Parses the parameters and the body of a function. */
static Node *parse_function(Parser *parser, Position at, Text name)
{
    Node *function = new_node(parser, NODE_FUNCTION, at);
    Node **tail = &function->items;

    function->text = name;
    expect(parser, TOKEN_LEFT_PAREN, "before the parameters");
    while (parser->token.kind == TOKEN_NAME) {
        *tail = new_node(parser, NODE_NAME, parser->token.at);
        (*tail)->text = parser->token.text;
        tail = &(*tail)->next;
        function->count++;
        advance(parser);
        if (!accept(parser, TOKEN_COMMA)) {
            break;
        }
    }
    expect(parser, TOKEN_RIGHT_PAREN, "after the parameters");
    if (function->count > ARGUMENT_MAX) {
        parse_error(parser, "too many parameters");
    }
    function->a = parse_block(parser);
    return function;
}

static Node *parse_primary(Parser *parser)
{
    Token token = parser->token;
    Node *node = new_node(parser, NODE_NIL, token.at);

    switch (token.kind) {
    case TOKEN_NIL:
        break;
    case TOKEN_TRUE:
        node->kind = NODE_TRUE;
        break;
    case TOKEN_FALSE:
        node->kind = NODE_FALSE;
        break;
    case TOKEN_NUMBER:
        node->kind = NODE_NUMBER;
        node->number = strtod(token.text.chars, NULL);
        if (isinf(node->number)) {
            parse_error(parser, "this number is too large");
        }
        break;
    case TOKEN_STRING:
        node->kind = NODE_STRING;
        node->text = decode_string(parser, token);
        break;
    case TOKEN_NAME:
        node->kind = NODE_NAME;
        node->text = token.text;
        break;
    case TOKEN_LEFT_PAREN:
        advance(parser);
        node = parse_expression(parser);
        expect(parser, TOKEN_RIGHT_PAREN, "after the expression");
        return node;
    case TOKEN_LEFT_BRACKET:
        advance(parser);
        node->kind = NODE_LIST;
        parse_items(parser, node, TOKEN_RIGHT_BRACKET, "after the list");
        return node;
    case TOKEN_LEFT_BRACE:
        advance(parser);
        node->kind = NODE_MAP;
        parse_items(parser, node, TOKEN_RIGHT_BRACE, "after the map");
        return node;
    case TOKEN_FN:
        advance(parser);
        return parse_function(parser, token.at, text_of(""));
    default:
        parse_error(parser, "expected an expression");
        return node;
    }
    advance(parser);
    return node;
}

/* Parses calls, indexing and member access behind a primary expression. */
static Node *parse_postfix(Parser *parser)
{
    Node *left = parse_primary(parser);

    for (;;) {
        Position at = parser->token.at;
        Node *node;
        if (accept(parser, TOKEN_LEFT_PAREN)) {
            node = new_node(parser, NODE_CALL, at);
            parse_items(parser, node, TOKEN_RIGHT_PAREN, "after the arguments");
            if (node->count > ARGUMENT_MAX) {
                parse_error(parser, "too many arguments");
            }
        } else if (accept(parser, TOKEN_LEFT_BRACKET)) {
            node = new_node(parser, NODE_INDEX, at);
            node->b = parse_expression(parser);
            expect(parser, TOKEN_RIGHT_BRACKET, "after the index");
        } else if (accept(parser, TOKEN_DOT)) {
            node = new_node(parser, NODE_INDEX, at);
            node->b = new_node(parser, NODE_STRING, parser->token.at);
            node->b->text = parser->token.text;
            expect(parser, TOKEN_NAME, "after the dot");
        } else {
            return left;
        }
        node->a = left;
        left = node;
    }
}

/* The power operator groups to the right, so 2 ** 3 ** 2 is 2 ** 9. */
static Node *parse_power(Parser *parser)
{
    Node *left = parse_postfix(parser);
    Position at = parser->token.at;

    if (!accept(parser, TOKEN_POWER)) {
        return left;
    }
    Node *node = new_node(parser, NODE_BINARY, at);
    node->op = TOKEN_POWER;
    node->a = left;
    if (enter(parser)) {
        node->b = parse_unary(parser);
        parser->nesting--;
    }
    return node;
}

/*
 * Parses all operators with two operands that group to the left and bind at
 * least as tightly as the given level.  One loop replaces one function for
 * each level: the right operand is parsed with the next higher level.
 */
static Node *parse_binary(Parser *parser, Level lowest)
{
    Node *left = parse_unary(parser);

    for (;;) {
        Token token = parser->token;
        Level level = binary_level(token.kind);
        if (level == LEVEL_NONE || level < lowest) {
            return left;
        }
        bool is_logic = token.kind == TOKEN_AND || token.kind == TOKEN_OR;
        Node *node = new_node(parser, is_logic ? NODE_LOGIC : NODE_BINARY, token.at);
        advance(parser);
        node->op = token.kind;
        node->a = left;
        node->b = parse_binary(parser, level + 1);
        left = node;
    }
}

static Node *parse_unary(Parser *parser)
{
    Token token = parser->token;

    if (token.kind != TOKEN_MINUS && token.kind != TOKEN_NOT) {
        return parse_power(parser);
    }
    Node *node = new_node(parser, NODE_UNARY, token.at);
    node->op = token.kind;
    if (enter(parser)) {
        advance(parser);
        if (token.kind == TOKEN_NOT) {
            node->a = parse_binary(parser, LEVEL_EQUAL);
        } else {
            node->a = parse_unary(parser);
        }
        parser->nesting--;
    }
    return node;
}

static Node *parse_expression(Parser *parser)
{
    if (!enter(parser)) {
        return new_node(parser, NODE_NIL, parser->token.at);
    }
    Node *left = parse_binary(parser, LEVEL_OR);
    Position at = parser->token.at;
    if (accept(parser, TOKEN_QUESTION)) {
        Node *node = new_node(parser, NODE_CONDITION, at);
        node->a = left;
        node->b = parse_expression(parser);
        expect(parser, TOKEN_COLON, "between the two results");
        node->c = parse_expression(parser);
        left = node;
    } else if (parser->token.kind == TOKEN_ASSIGN) {
        if (left->kind != NODE_NAME && left->kind != NODE_INDEX) {
            parse_error(parser, "only a name or an element can be assigned to");
        }
        advance(parser);
        Node *node = new_node(parser, NODE_ASSIGN, at);
        node->a = left;
        node->b = parse_expression(parser);
        left = node;
    }
    parser->nesting--;
    return left;
}

static Text parse_name(Parser *parser, const char *where)
{
    Text name = parser->token.text;

    expect(parser, TOKEN_NAME, where);
    return name;
}

static Node *parse_if(Parser *parser, Position at)
{
    Node *node = new_node(parser, NODE_IF, at);

    node->a = parse_expression(parser);
    node->b = parse_block(parser);
    at = parser->token.at;
    if (accept(parser, TOKEN_ELSE)) {
        Position if_at = parser->token.at;
        if (!accept(parser, TOKEN_IF)) {
            node->c = parse_block(parser);
        } else if (enter(parser)) {
            node->c = parse_if(parser, if_at);
            parser->nesting--;
        }
    }
    return node;
}

static Node *parse_statement(Parser *parser)
{
    Token token = parser->token;
    Node *node = new_node(parser, NODE_EXPRESSION, token.at);

    switch (token.kind) {
    case TOKEN_LEFT_BRACE:
        return parse_block(parser);
    case TOKEN_FN:
        advance(parser);
        node->kind = NODE_LET;
        node->text = parse_name(parser, "after 'fn'");
        node->a = parse_function(parser, token.at, node->text);
        return node;
    case TOKEN_IF:
        advance(parser);
        return parse_if(parser, token.at);
    case TOKEN_WHILE:
        advance(parser);
        node->kind = NODE_WHILE;
        node->a = parse_expression(parser);
        node->b = parse_block(parser);
        return node;
    case TOKEN_FOR:
        advance(parser);
        node->kind = NODE_FOR;
        node->text = parse_name(parser, "after 'for'");
        expect(parser, TOKEN_IN, "after the name");
        node->a = parse_expression(parser);
        node->b = parse_block(parser);
        return node;
    case TOKEN_LET:
        advance(parser);
        node->kind = NODE_LET;
        node->text = parse_name(parser, "after 'let'");
        if (accept(parser, TOKEN_ASSIGN)) {
            node->a = parse_expression(parser);
        }
        break;
    case TOKEN_RETURN:
        advance(parser);
        node->kind = NODE_RETURN;
        if (parser->token.kind != TOKEN_SEMICOLON) {
            node->a = parse_expression(parser);
        }
        break;
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
        advance(parser);
        node->kind = token.kind == TOKEN_BREAK ? NODE_BREAK : NODE_CONTINUE;
        break;
    default:
        node->a = parse_expression(parser);
        break;
    }
    expect(parser, TOKEN_SEMICOLON, "after the statement");
    return node;
}

static void parse_statements(Parser *parser, Node *block, TokenKind end)
{
    Node **tail = &block->items;

    while (parser->token.kind != end && parser->token.kind != TOKEN_END) {
        *tail = parse_statement(parser);
        tail = &(*tail)->next;
        block->count++;
    }
}

static Node *parse_block(Parser *parser)
{
    Node *block = new_node(parser, NODE_BLOCK, parser->token.at);

    expect(parser, TOKEN_LEFT_BRACE, "before the block");
    if (enter(parser)) {
        parse_statements(parser, block, TOKEN_RIGHT_BRACE);
        parser->nesting--;
    }
    expect(parser, TOKEN_RIGHT_BRACE, "after the block");
    return block;
}

/* Parses a whole script.  The result is only meaningful without an error. */
static Node *parse_program(const char *source, Arena *arena, Error *error)
{
    Parser parser = { .arena = arena, .error = error };

    lexer_init(&parser.lexer, source, error);
    advance(&parser);
    Node *program = new_node(&parser, NODE_BLOCK, parser.token.at);
    parse_statements(&parser, program, TOKEN_END);
    return program;
}

/* ------------------------------------------------------------------------
 * Pretty printer
 * --------------------------------------------------------------------- */

static void print_expression(Builder *out, const Node *node, Level lowest, int indent);
static void print_statement(Builder *out, const Node *node, int indent);

static Level node_level(const Node *node)
{
    switch (node->kind) {
    case NODE_ASSIGN:
        return LEVEL_ASSIGN;
    case NODE_CONDITION:
        return LEVEL_CONDITION;
    case NODE_UNARY:
        return node->op == TOKEN_NOT ? LEVEL_NOT : LEVEL_NEGATE;
    case NODE_LOGIC:
    case NODE_BINARY:
        return node->op == TOKEN_POWER ? LEVEL_POWER : binary_level(node->op);
    case NODE_NUMBER:
        return node->number < 0 ? LEVEL_NEGATE : LEVEL_PRIMARY;
    case NODE_CALL:
    case NODE_INDEX:
        return LEVEL_POSTFIX;
    default:
        return LEVEL_PRIMARY;
    }
}

static void print_indent(Builder *out, int indent)
{
    for (int i = 0; i < indent; i++) {
        builder_add(out, "    ");
    }
}

static void print_items(Builder *out, const Node *items, bool is_map, int indent)
{
    bool is_key = true;

    for (const Node *item = items; item != NULL; item = item->next) {
        if (item != items) {
            builder_add(out, is_map && !is_key ? ": " : ", ");
        }
        print_expression(out, item, LEVEL_ASSIGN, indent);
        is_key = !is_key;
    }
}

static void print_block(Builder *out, const Node *block, int indent)
{
    if (block->items == NULL) {
        builder_add(out, "{}");
        return;
    }
    builder_add(out, "{\n");
    for (const Node *node = block->items; node != NULL; node = node->next) {
        print_statement(out, node, indent + 1);
    }
    print_indent(out, indent);
    builder_char(out, '}');
}

static void print_function(Builder *out, const Node *function, int indent)
{
    builder_add(out, function->text.length > 0 ? "fn " : "fn");
    builder_bytes(out, function->text.chars, function->text.length);
    builder_char(out, '(');
    print_items(out, function->items, false, indent);
    builder_add(out, ") ");
    print_block(out, function->a, indent);
}

static void print_operator(Builder *out, const Node *node, int indent)
{
    Level level = node_level(node);
    bool right = node->op == TOKEN_POWER;

    /* The operand on the side that does not group needs a tighter level. */
    print_expression(out, node->a, right ? level + 1 : level, indent);
    builder_format(out, " %s ", token_names[node->op]);
    print_expression(out, node->b, right ? LEVEL_NEGATE : level + 1, indent);
}

/* Prints an expression, in parentheses if it binds too loosely. */
static void print_expression(Builder *out, const Node *node, Level lowest, int indent)
{
    bool parens = node_level(node) < lowest;

    if (parens) {
        builder_char(out, '(');
    }
    switch (node->kind) {
    case NODE_TRUE:
        builder_add(out, "true");
        break;
    case NODE_FALSE:
        builder_add(out, "false");
        break;
    case NODE_NUMBER:
        builder_number(out, node->number);
        break;
    case NODE_STRING:
        builder_quoted(out, node->text);
        break;
    case NODE_NAME:
        builder_bytes(out, node->text.chars, node->text.length);
        break;
    case NODE_UNARY:
        builder_add(out, node->op == TOKEN_NOT ? "not " : "-");
        print_expression(out, node->a,
                         node->op == TOKEN_NOT ? LEVEL_EQUAL : LEVEL_NEGATE, indent);
        break;
    case NODE_LOGIC:
    case NODE_BINARY:
        print_operator(out, node, indent);
        break;
    case NODE_CONDITION:
        print_expression(out, node->a, LEVEL_OR, indent);
        builder_add(out, " ? ");
        print_expression(out, node->b, LEVEL_ASSIGN, indent);
        builder_add(out, " : ");
        print_expression(out, node->c, LEVEL_ASSIGN, indent);
        break;
    case NODE_ASSIGN:
        print_expression(out, node->a, LEVEL_POSTFIX, indent);
        builder_add(out, " = ");
        print_expression(out, node->b, LEVEL_ASSIGN, indent);
        break;
    case NODE_INDEX:
        print_expression(out, node->a, LEVEL_POSTFIX, indent);
        if (node->b->kind == NODE_STRING && is_plain_name(node->b->text)) {
            builder_char(out, '.');
            builder_bytes(out, node->b->text.chars, node->b->text.length);
        } else {
            builder_char(out, '[');
            print_expression(out, node->b, LEVEL_ASSIGN, indent);
            builder_char(out, ']');
        }
        break;
    case NODE_CALL:
        print_expression(out, node->a, LEVEL_POSTFIX, indent);
        builder_char(out, '(');
        print_items(out, node->items, false, indent);
        builder_char(out, ')');
        break;
    case NODE_FUNCTION:
        print_function(out, node, indent);
        break;
    case NODE_LIST:
        builder_char(out, '[');
        print_items(out, node->items, false, indent);
        builder_char(out, ']');
        break;
    case NODE_MAP:
        builder_char(out, '{');
        print_items(out, node->items, true, indent);
        builder_char(out, '}');
        break;
    default:
        builder_add(out, "nil");
        break;
    }
    if (parens) {
        builder_char(out, ')');
    }
}

/* A statement must not begin like a block or like a named function. */
static bool starts_badly(const Node *node)
{
    while (node->kind == NODE_BINARY || node->kind == NODE_LOGIC
           || node->kind == NODE_CONDITION || node->kind == NODE_ASSIGN
           || node->kind == NODE_INDEX || node->kind == NODE_CALL) {
        node = node->a;
    }
    return node->kind == NODE_MAP || node->kind == NODE_FUNCTION;
}

static void print_if(Builder *out, const Node *node, int indent)
{
    builder_add(out, "if ");
    print_expression(out, node->a, LEVEL_ASSIGN, indent);
    builder_char(out, ' ');
    print_block(out, node->b, indent);
    if (node->c != NULL) {
        builder_add(out, " else ");
        if (node->c->kind == NODE_IF) {
            print_if(out, node->c, indent);
        } else {
            print_block(out, node->c, indent);
        }
    }
}

static void print_statement(Builder *out, const Node *node, int indent)
{
    const char *end = ";\n";
    int name_length = (int)node->text.length;

    print_indent(out, indent);
    switch (node->kind) {
    case NODE_LET:
        if (node->a != NULL && node->a->kind == NODE_FUNCTION
            && node->a->text.length > 0) {
            print_function(out, node->a, indent);
            end = "\n";
            break;
        }
        builder_format(out, "let %.*s", name_length, node->text.chars);
        if (node->a != NULL) {
            builder_add(out, " = ");
            print_expression(out, node->a, LEVEL_ASSIGN, indent);
        }
        break;
    case NODE_IF:
        print_if(out, node, indent);
        end = "\n";
        break;
    case NODE_WHILE:
        builder_add(out, "while ");
        print_expression(out, node->a, LEVEL_ASSIGN, indent);
        builder_char(out, ' ');
        print_block(out, node->b, indent);
        end = "\n";
        break;
    case NODE_FOR:
        builder_format(out, "for %.*s in ", name_length, node->text.chars);
        print_expression(out, node->a, LEVEL_ASSIGN, indent);
        builder_char(out, ' ');
        print_block(out, node->b, indent);
        end = "\n";
        break;
    case NODE_RETURN:
        builder_add(out, node->a != NULL ? "return " : "return");
        if (node->a != NULL) {
            print_expression(out, node->a, LEVEL_ASSIGN, indent);
        }
        break;
    case NODE_BREAK:
        builder_add(out, "break");
        break;
    case NODE_CONTINUE:
        builder_add(out, "continue");
        break;
    case NODE_BLOCK:
        print_block(out, node, indent);
        end = "\n";
        break;
    default:
        print_expression(out, node->a,
                         starts_badly(node->a) ? LEVEL_PRIMARY + 1 : LEVEL_ASSIGN,
                         indent);
        break;
    }
    builder_add(out, end);
}

static void print_program(Builder *out, const Node *program)
{
    for (const Node *node = program->items; node != NULL; node = node->next) {
        print_statement(out, node, 0);
    }
}

/* ------------------------------------------------------------------------
 * Constant folding
 * --------------------------------------------------------------------- */

/* Computes an operator on two numbers where no error can occur. */
static bool fold_numbers(TokenKind op, double a, double b, double *result)
{
    switch (op) {
    case TOKEN_PLUS:
        *result = a + b;
        return true;
    case TOKEN_MINUS:
        *result = a - b;
        return true;
    case TOKEN_STAR:
        *result = a * b;
        return true;
    case TOKEN_POWER:
        *result = pow(a, b);
        return true;
    case TOKEN_SLASH:
        if (b == 0) {
            return false;       /* the machine reports this with a position */
        }
        *result = a / b;
        return true;
    default:
        return false;
    }
}

/* Replaces operations on literals by their result, from the leaves upwards. */
static void fold(Node *node)
{
    for (; node != NULL; node = node->next) {
        fold(node->a);
        fold(node->b);
        fold(node->c);
        fold(node->items);
        bool has_number = node->a != NULL && node->a->kind == NODE_NUMBER;
        if (node->kind == NODE_UNARY && node->op == TOKEN_MINUS && has_number) {
            node->number = -node->a->number;
            node->kind = NODE_NUMBER;
            node->a = NULL;
        } else if (node->kind == NODE_BINARY && has_number
                   && node->b->kind == NODE_NUMBER
                   && fold_numbers(node->op, node->a->number, node->b->number,
                                   &node->number)) {
            node->kind = NODE_NUMBER;
            node->a = node->b = NULL;
        }
    }
}

/* ------------------------------------------------------------------------
 * Values and objects
 * --------------------------------------------------------------------- */

typedef struct Vm Vm;
typedef struct Object Object;
typedef struct String String;

typedef enum { VALUE_NIL, VALUE_BOOL, VALUE_NUMBER, VALUE_OBJECT } ValueKind;

typedef struct {
    ValueKind kind;
    union {
        bool boolean;
        double number;
        Object *object;
    } as;
} Value;

typedef enum {
    OBJECT_STRING, OBJECT_LIST, OBJECT_MAP, OBJECT_FUNCTION, OBJECT_NATIVE
} ObjectKind;

/* Every object starts with this header and is a member of one long chain. */
struct Object {
    ObjectKind kind;
    bool is_marked;
    Object *next;
};

/* Strings never change, and there is only one string with the same bytes. */
struct String {
    Object header;
    uint32_t hash;
    size_t length;
    char chars[];
};

typedef struct {
    Object header;
    Value *items;
    int count;
    int capacity;
} List;

typedef struct {
    String *key;
    Value value;
} Entry;

/* A hash table with open addressing; see table_find_slot for the details. */
typedef struct {
    Entry *entries;
    int used;                   /* live entries and tombstones */
    int count;                  /* live entries only */
    int capacity;               /* zero or a power of two */
} Table;

typedef struct {
    Object header;
    Table table;
} Map;

typedef struct {
    Object header;
    String *name;
    int arity;
    int max_depth;              /* stack slots that a call needs */
    uint8_t *code;
    Position *places;           /* one position for each byte of code */
    int count;
    int capacity;
    Value *constants;
    int constant_count;
    int constant_capacity;
} Function;

/* A native function returns false after it has reported an error. */
typedef bool (*NativeFn)(Vm *vm, int argc, Value *args, Value *result);

typedef struct {
    Object header;
    const char *name;
    int min_args;
    int max_args;               /* -1 means any number */
    NativeFn call;
} Native;

static const Value nil_value = { .kind = VALUE_NIL };

static Value number_value(double number)
{
    return (Value){ .kind = VALUE_NUMBER, .as.number = number };
}

static Value bool_value(bool boolean)
{
    return (Value){ .kind = VALUE_BOOL, .as.boolean = boolean };
}

static Value object_value(void *object)
{
    return (Value){ .kind = VALUE_OBJECT, .as.object = object };
}

static bool is_number(Value value)
{
    return value.kind == VALUE_NUMBER;
}

static bool is_object(Value value, ObjectKind kind)
{
    return value.kind == VALUE_OBJECT && value.as.object->kind == kind;
}

/* The casts are safe because each object begins with its header. */
#define AS_STRING(value) ((String *)(value).as.object)
#define AS_LIST(value) ((List *)(value).as.object)
#define AS_MAP(value) ((Map *)(value).as.object)
#define AS_FUNCTION(value) ((Function *)(value).as.object)
#define AS_NATIVE(value) ((Native *)(value).as.object)

/* Only nil and false count as false; zero and empty strings are true. */
static bool is_truthy(Value value)
{
    if (value.kind == VALUE_BOOL) {
        return value.as.boolean;
    }
    return value.kind != VALUE_NIL;
}

static bool values_equal(Value a, Value b)
{
    if (a.kind != b.kind) {
        return false;
    }
    switch (a.kind) {
    case VALUE_BOOL:
        return a.as.boolean == b.as.boolean;
    case VALUE_NUMBER:
        return a.as.number == b.as.number;
    case VALUE_OBJECT:
        return a.as.object == b.as.object;
    default:
        return true;
    }
}

static const char *type_name(Value value)
{
    static const char *const object_names[] = {
        [OBJECT_STRING] = "string",
        [OBJECT_LIST] = "list",
        [OBJECT_MAP] = "map",
        [OBJECT_FUNCTION] = "function",
        [OBJECT_NATIVE] = "function",
    };

    switch (value.kind) {
    case VALUE_BOOL:
        return "bool";
    case VALUE_NUMBER:
        return "number";
    case VALUE_OBJECT:
        return object_names[value.as.object->kind];
    default:
        return "nil";
    }
}

/* Writes a value as text.  Deep lists are cut, since a list can hold itself. */
static void write_value(Builder *out, Value value, bool quoted, int depth)
{
    bool first = true;

    if (value.kind == VALUE_NIL) {
        builder_add(out, "nil");
    } else if (value.kind == VALUE_BOOL) {
        builder_add(out, value.as.boolean ? "true" : "false");
    } else if (value.kind == VALUE_NUMBER) {
        builder_number(out, value.as.number);
    } else if (is_object(value, OBJECT_STRING)) {
        Text text = { AS_STRING(value)->chars, AS_STRING(value)->length };
        if (quoted) {
            builder_quoted(out, text);
        } else {
            builder_bytes(out, text.chars, text.length);
        }
    } else if (is_object(value, OBJECT_FUNCTION)) {
        String *name = AS_FUNCTION(value)->name;
        builder_format(out, "<fn %s>", name != NULL ? name->chars : "?");
    } else if (is_object(value, OBJECT_NATIVE)) {
        builder_format(out, "<native %s>", AS_NATIVE(value)->name);
    } else if (depth >= 6) {
        builder_add(out, "...");
    } else if (is_object(value, OBJECT_LIST)) {
        builder_char(out, '[');
        for (int i = 0; i < AS_LIST(value)->count; i++) {
            builder_add(out, i > 0 ? ", " : "");
            write_value(out, AS_LIST(value)->items[i], true, depth + 1);
        }
        builder_char(out, ']');
    } else {
        Table *table = &AS_MAP(value)->table;
        builder_char(out, '{');
        for (int i = 0; i < table->capacity; i++) {
            Entry *entry = &table->entries[i];
            if (entry->key != NULL) {
                builder_add(out, first ? "" : ", ");
                write_value(out, object_value(entry->key), true, depth + 1);
                builder_add(out, ": ");
                write_value(out, entry->value, true, depth + 1);
                first = false;
            }
        }
        builder_char(out, '}');
    }
}

/* ------------------------------------------------------------------------
 * Hash table
 * --------------------------------------------------------------------- */

/* The FNV-1a hash: simple, and good enough for short keys. */
static uint32_t hash_bytes(const char *bytes, size_t length)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < length; i++) {
        hash ^= (unsigned char)bytes[i];
        hash *= 16777619u;
    }
    return hash;
}

/*
 * Finds the slot of a key, or the slot where it belongs.  A slot without a
 * key is free if its value is nil, and a tombstone if its value is true.
 * The search must pass over tombstones, because the key may lie behind one.
 */
static Entry *table_find_slot(Entry *entries, int capacity, const String *key)
{
    uint32_t mask = (uint32_t)capacity - 1;
    Entry *tombstone = NULL;

    for (uint32_t i = key->hash & mask;; i = (i + 1) & mask) {
        Entry *entry = &entries[i];
        if (entry->key == key) {
            return entry;
        }
        if (entry->key == NULL) {
            if (entry->value.kind == VALUE_NIL) {
                return tombstone != NULL ? tombstone : entry;
            }
            if (tombstone == NULL) {
                tombstone = entry;
            }
        }
    }
}

static bool table_get(const Table *table, const String *key, Value *value)
{
    if (table->count == 0) {
        return false;
    }
    Entry *entry = table_find_slot(table->entries, table->capacity, key);
    if (entry->key == NULL) {
        return false;
    }
    *value = entry->value;
    return true;
}

/* Moves all live entries to a new array; the tombstones stay behind. */
static void table_resize(Table *table, int capacity)
{
    Entry *entries = xrealloc(NULL, (size_t)capacity * sizeof *entries);

    for (int i = 0; i < capacity; i++) {
        entries[i].key = NULL;
        entries[i].value = nil_value;
    }
    for (int i = 0; i < table->capacity; i++) {
        Entry *old = &table->entries[i];
        if (old->key != NULL) {
            *table_find_slot(entries, capacity, old->key) = *old;
        }
    }
    free(table->entries);
    table->entries = entries;
    table->capacity = capacity;
    table->used = table->count;
}

/* Stores a value and tells whether the key is new. */
static bool table_set(Table *table, String *key, Value value)
{
    if ((table->used + 1) * 4 > table->capacity * 3) {
        int capacity = 8;
        while (capacity < (table->count + 1) * 2) {
            capacity *= 2;
        }
        table_resize(table, capacity);
    }
    Entry *entry = table_find_slot(table->entries, table->capacity, key);
    bool is_new = entry->key == NULL;
    if (is_new) {
        table->count++;
        table->used += entry->value.kind == VALUE_NIL ? 1 : 0;
    }
    entry->key = key;
    entry->value = value;
    return is_new;
}

static bool table_remove(Table *table, const String *key)
{
    if (table->count == 0) {
        return false;
    }
    Entry *entry = table_find_slot(table->entries, table->capacity, key);
    if (entry->key == NULL) {
        return false;
    }
    entry->key = NULL;
    entry->value = bool_value(true);
    table->count--;
    return true;
}

/* Finds a key by its bytes.  This is how equal strings become one string. */
static String *table_find_text(const Table *table, Text text, uint32_t hash)
{
    if (table->count == 0) {
        return NULL;
    }
    uint32_t mask = (uint32_t)table->capacity - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        Entry *entry = &table->entries[i];
        if (entry->key == NULL) {
            if (entry->value.kind == VALUE_NIL) {
                return NULL;
            }
        } else if (entry->key->hash == hash
                   && entry->key->length == text.length
                   && memcmp(entry->key->chars, text.chars, text.length) == 0) {
            return entry->key;
        }
    }
}

static void table_free(Table *table)
{
    free(table->entries);
    memset(table, 0, sizeof *table);
}

/* ------------------------------------------------------------------------
 * The state of the machine, objects and garbage collection
 * --------------------------------------------------------------------- */

/* One call in progress.  The called function lies on the stack at base. */
typedef struct {
    Function *function;
    const uint8_t *next;        /* the next instruction */
    Value *base;
} Frame;

struct Vm {
    Value stack[STACK_MAX];
    Value *top;
    Frame frames[FRAME_MAX];
    int frame_count;
    Table globals;
    Table strings;              /* all strings; this table keeps none alive */
    Object *objects;
    Object **gray;              /* marked objects with unmarked children */
    int gray_count;
    int gray_capacity;
    size_t pressure;            /* bytes in objects, roughly */
    size_t gc_limit;            /* collect when the pressure is higher */
    int collections;
    Error error;
    Builder trace;              /* the calls that led to a runtime error */
    Builder *capture;           /* where print writes, or NULL for stdout */
};

static void push(Vm *vm, Value value)
{
    *vm->top++ = value;
}

static Value pop(Vm *vm)
{
    return *--vm->top;
}

static size_t object_size(const Object *object)
{
    switch (object->kind) {
    case OBJECT_STRING:
        return sizeof(String) + ((const String *)object)->length + 1;
    case OBJECT_LIST:
        return sizeof(List) + (size_t)((const List *)object)->capacity * sizeof(Value);
    case OBJECT_MAP:
        return sizeof(Map)
               + (size_t)((const Map *)object)->table.capacity * sizeof(Entry);
    case OBJECT_FUNCTION:
        return sizeof(Function)
               + (size_t)((const Function *)object)->capacity * (1 + sizeof(Position));
    default:
        return sizeof(Native);
    }
}

static void *new_object(Vm *vm, ObjectKind kind, size_t size)
{
    Object *object = xrealloc(NULL, size);

    memset(object, 0, size);
    object->kind = kind;
    object->next = vm->objects;
    vm->objects = object;
    vm->pressure += size;
    return object;
}

static String *new_string(Vm *vm, const char *chars, size_t length)
{
    Text text = { chars, length };
    uint32_t hash = hash_bytes(chars, length);
    String *string = table_find_text(&vm->strings, text, hash);

    if (string == NULL) {
        string = new_object(vm, OBJECT_STRING, sizeof *string + length + 1);
        string->hash = hash;
        string->length = length;
        memcpy(string->chars, chars, length);
        table_set(&vm->strings, string, bool_value(true));
    }
    return string;
}

static Value string_value(Vm *vm, Text text)
{
    return object_value(new_string(vm, text.chars, text.length));
}

/* Turns the contents of a builder into a string value and frees the builder. */
static Value take_string(Vm *vm, Builder *builder)
{
    Value value = object_value(new_string(vm, builder_text(builder), builder->length));

    builder_free(builder);
    return value;
}

static List *new_list(Vm *vm)
{
    return new_object(vm, OBJECT_LIST, sizeof(List));
}

static void list_append(Vm *vm, List *list, Value value)
{
    int before = list->capacity;

    RESERVE_ONE(list->items, list->count, list->capacity);
    vm->pressure += (size_t)(list->capacity - before) * sizeof(Value);
    list->items[list->count++] = value;
}

static void map_set(Vm *vm, Map *map, String *key, Value value)
{
    int before = map->table.capacity;

    table_set(&map->table, key, value);
    if (map->table.capacity > before) {
        vm->pressure += (size_t)(map->table.capacity - before) * sizeof(Entry);
    }
}

static void free_object(Object *object)
{
    switch (object->kind) {
    case OBJECT_LIST:
        free(((List *)object)->items);
        break;
    case OBJECT_MAP:
        table_free(&((Map *)object)->table);
        break;
    case OBJECT_FUNCTION:
        free(((Function *)object)->code);
        free(((Function *)object)->places);
        free(((Function *)object)->constants);
        break;
    default:
        break;                  /* strings and natives are one block */
    }
    free(object);
}

static void mark_object(Vm *vm, Object *object)
{
    if (object == NULL || object->is_marked) {
        return;
    }
    object->is_marked = true;
    RESERVE_ONE(vm->gray, vm->gray_count, vm->gray_capacity);
    vm->gray[vm->gray_count++] = object;
}

static void mark_value(Vm *vm, Value value)
{
    if (value.kind == VALUE_OBJECT) {
        mark_object(vm, value.as.object);
    }
}

static void mark_table(Vm *vm, const Table *table)
{
    for (int i = 0; i < table->capacity; i++) {
        if (table->entries[i].key != NULL) {
            mark_object(vm, &table->entries[i].key->header);
            mark_value(vm, table->entries[i].value);
        }
    }
}

static void mark_children(Vm *vm, Object *object)
{
    if (object->kind == OBJECT_LIST) {
        List *list = (List *)object;
        for (int i = 0; i < list->count; i++) {
            mark_value(vm, list->items[i]);
        }
    } else if (object->kind == OBJECT_MAP) {
        mark_table(vm, &((Map *)object)->table);
    } else if (object->kind == OBJECT_FUNCTION) {
        Function *function = (Function *)object;
        if (function->name != NULL) {
            mark_object(vm, &function->name->header);
        }
        for (int i = 0; i < function->constant_count; i++) {
            mark_value(vm, function->constants[i]);
        }
    }
}

/*
 * Collects garbage in three steps: mark all that can be reached, forget the
 * strings that were not reached, and free the objects that were not reached.
 *
 * The machine calls this only between two instructions.  Then every object in
 * use is on the stack or in a global variable, and neither the compiler nor a
 * native function ever has to protect the objects that it works with.
 */
static void collect_garbage(Vm *vm)
{
    for (Value *value = vm->stack; value < vm->top; value++) {
        mark_value(vm, *value);
    }
    mark_table(vm, &vm->globals);
    while (vm->gray_count > 0) {
        mark_children(vm, vm->gray[--vm->gray_count]);
    }
    for (int i = 0; i < vm->strings.capacity; i++) {
        String *key = vm->strings.entries[i].key;
        if (key != NULL && !key->header.is_marked) {
            table_remove(&vm->strings, key);
        }
    }

    Object **link = &vm->objects;
    vm->pressure = 0;
    while (*link != NULL) {
        Object *object = *link;
        if (object->is_marked) {
            object->is_marked = false;
            vm->pressure += object_size(object);
            link = &object->next;
        } else {
            *link = object->next;
            free_object(object);
        }
    }
    vm->gc_limit = vm->pressure * 2 + GC_FIRST_LIMIT;
    vm->collections++;
}

/* Reports a runtime error at the current instruction; always returns false. */
PRINTF_LIKE(2, 3)
static bool fail(Vm *vm, const char *format, ...)
{
    Position at = { 1, 1 };
    va_list arguments;

    if (vm->frame_count > 0) {
        const Frame *frame = &vm->frames[vm->frame_count - 1];
        at = frame->function->places[frame->next - frame->function->code - 1];
    }
    va_start(arguments, format);
    error_set_list(&vm->error, at, format, arguments);
    va_end(arguments);
    return false;
}

/* ------------------------------------------------------------------------
 * Bytecode
 * --------------------------------------------------------------------- */

/* Each instruction: its name, its operand bytes and its effect on the stack. */
#define OPCODE_LIST(X)              \
    X(OP_CONSTANT, 2, 1)            \
    X(OP_NIL, 0, 1)                 \
    X(OP_TRUE, 0, 1)                \
    X(OP_FALSE, 0, 1)               \
    X(OP_POP, 0, -1)                \
    X(OP_GET_LOCAL, 1, 1)           \
    X(OP_SET_LOCAL, 1, 0)           \
    X(OP_DEFINE_GLOBAL, 2, -1)      \
    X(OP_GET_GLOBAL, 2, 1)          \
    X(OP_SET_GLOBAL, 2, 0)          \
    X(OP_ADD, 0, -1)                \
    X(OP_SUBTRACT, 0, -1)           \
    X(OP_MULTIPLY, 0, -1)           \
    X(OP_DIVIDE, 0, -1)             \
    X(OP_REMAINDER, 0, -1)          \
    X(OP_POWER, 0, -1)              \
    X(OP_EQUAL, 0, -1)              \
    X(OP_LESS, 0, -1)               \
    X(OP_LESS_EQUAL, 0, -1)         \
    X(OP_NEGATE, 0, 0)              \
    X(OP_NOT, 0, 0)                 \
    X(OP_SWAP, 0, 0)                \
    X(OP_JUMP, 2, 0)                \
    X(OP_JUMP_IF_FALSE, 2, -1)      \
    X(OP_AND, 2, -1)                \
    X(OP_OR, 2, -1)                 \
    X(OP_LOOP, 2, 0)                \
    X(OP_NEXT, 3, 0)                \
    X(OP_NEW_LIST, 0, 1)            \
    X(OP_APPEND, 0, -1)             \
    X(OP_NEW_MAP, 0, 1)             \
    X(OP_PUT, 0, -2)                \
    X(OP_GET_INDEX, 0, -1)          \
    X(OP_SET_INDEX, 0, -2)          \
    X(OP_CALL, 1, 0)                \
    X(OP_RETURN, 0, -1)

typedef enum {
#define X(name, operands, effect) name,
    OPCODE_LIST(X)
#undef X
    OPCODE_COUNT
} Opcode;

typedef struct {
    const char *name;
    int operands;
    int effect;
} OpcodeInfo;

static const OpcodeInfo opcode_info[OPCODE_COUNT] = {
#define X(name, operands, effect) { #name, operands, effect },
    OPCODE_LIST(X)
#undef X
};

static int read_u16(const uint8_t *code)
{
    return code[0] << 8 | code[1];
}

/* Writes one instruction as text and returns the offset of the next one. */
static int list_instruction(Builder *out, const Function *function, int offset)
{
    const uint8_t *code = function->code + offset;
    const OpcodeInfo *info = &opcode_info[code[0]];
    int next = offset + 1 + info->operands;

    builder_format(out, "%5d %4d  %-16s", offset, function->places[offset].line,
                   info->name + 3);
    switch (code[0]) {
    case OP_CONSTANT:
    case OP_DEFINE_GLOBAL:
    case OP_GET_GLOBAL:
    case OP_SET_GLOBAL:
        write_value(out, function->constants[read_u16(code + 1)], true, 0);
        break;
    case OP_JUMP:
    case OP_JUMP_IF_FALSE:
    case OP_AND:
    case OP_OR:
        builder_format(out, "-> %d", next + read_u16(code + 1));
        break;
    case OP_LOOP:
        builder_format(out, "-> %d", next - read_u16(code + 1));
        break;
    case OP_NEXT:
        builder_format(out, "%d -> %d", code[1], next + read_u16(code + 2));
        break;
    default:
        if (info->operands == 1) {
            builder_format(out, "%d", code[1]);
        }
        break;
    }
    while (out->data[out->length - 1] == ' ') {
        out->data[--out->length] = '\0';
    }
    builder_char(out, '\n');
    return next;
}

/* Lists a function and, after it, the functions among its constants. */
static void list_function(Builder *out, const Function *function)
{
    builder_format(out, "== %s, %d parameters, %d slots ==\n",
                   function->name != NULL ? function->name->chars : "?",
                   function->arity, function->max_depth);
    for (int offset = 0; offset < function->count;) {
        offset = list_instruction(out, function, offset);
    }
    for (int i = 0; i < function->constant_count; i++) {
        if (is_object(function->constants[i], OBJECT_FUNCTION)) {
            list_function(out, AS_FUNCTION(function->constants[i]));
        }
    }
}

/* ------------------------------------------------------------------------
 * Compiler
 * --------------------------------------------------------------------- */

typedef struct {
    Text name;                  /* empty for a slot without a name */
    int scope;
} Local;

typedef struct Loop {
    struct Loop *outer;
    int start;                  /* where "continue" goes */
    int local_count;            /* the locals that live outside the body */
    int breaks[BREAK_MAX];      /* jumps that wait for the end of the loop */
    int break_count;
} Loop;

/* The compiler of one function; nested functions have nested compilers. */
typedef struct Compiler {
    struct Compiler *outer;
    Vm *vm;
    Function *function;
    Local locals[LOCAL_MAX];
    int local_count;
    int scope;
    int depth;                  /* values on the stack at this point */
    Loop *loop;
    Position at;                /* the place that new code belongs to */
} Compiler;

static void compile_expression(Compiler *compiler, const Node *node);
static void compile_statement(Compiler *compiler, const Node *node);

static void emit_byte(Compiler *compiler, int byte)
{
    Function *function = compiler->function;
    int places_capacity = function->capacity;

    RESERVE_ONE(function->places, function->count, places_capacity);
    RESERVE_ONE(function->code, function->count, function->capacity);
    function->places[function->count] = compiler->at;
    function->code[function->count++] = (uint8_t)byte;
}

static void adjust_depth(Compiler *compiler, int effect)
{
    compiler->depth += effect;
    if (compiler->depth > compiler->function->max_depth) {
        compiler->function->max_depth = compiler->depth;
    }
}

static void emit(Compiler *compiler, Opcode opcode)
{
    emit_byte(compiler, opcode);
    adjust_depth(compiler, opcode_info[opcode].effect);
}

static void emit_u16(Compiler *compiler, int number)
{
    emit_byte(compiler, number >> 8);
    emit_byte(compiler, number & 0xff);
}

/* Emits an instruction whose operand is a constant of the function. */
static void emit_constant(Compiler *compiler, Opcode opcode, Value value)
{
    Function *function = compiler->function;
    int index = 0;

    while (index < function->constant_count
           && !values_equal(function->constants[index], value)) {
        index++;
    }
    if (index == function->constant_count) {
        RESERVE_ONE(function->constants, function->constant_count,
                    function->constant_capacity);
        function->constants[function->constant_count++] = value;
    }
    if (index > UINT16_MAX) {
        error_set(&compiler->vm->error, compiler->at, "too many constants");
    }
    emit(compiler, opcode);
    emit_u16(compiler, index);
}

/* Emits a forward jump and returns the place that patch_jump has to fill in. */
static int emit_jump(Compiler *compiler, Opcode opcode)
{
    emit(compiler, opcode);
    if (opcode == OP_NEXT) {
        emit_byte(compiler, compiler->local_count - 3);
    }
    emit_u16(compiler, 0);
    return compiler->function->count - 2;
}

static void patch_jump(Compiler *compiler, int place)
{
    int distance = compiler->function->count - place - 2;

    if (distance > UINT16_MAX) {
        error_set(&compiler->vm->error, compiler->at, "this jump is too long");
    }
    compiler->function->code[place] = (uint8_t)(distance >> 8);
    compiler->function->code[place + 1] = (uint8_t)distance;
}

static void emit_loop(Compiler *compiler, int start)
{
    int distance = compiler->function->count + 3 - start;

    if (distance > UINT16_MAX) {
        error_set(&compiler->vm->error, compiler->at, "this loop is too long");
    }
    emit(compiler, OP_LOOP);
    emit_u16(compiler, distance);
}

/* Gives a name to the value that was pushed last. */
static void add_local(Compiler *compiler, Text name)
{
    if (compiler->local_count == LOCAL_MAX) {
        error_set(&compiler->vm->error, compiler->at, "too many local variables");
        return;
    }
    for (int i = compiler->local_count - 1; i >= 0; i--) {
        const Local *local = &compiler->locals[i];
        if (local->scope < compiler->scope) {
            break;
        }
        if (name.length > 0 && text_equal(local->name, name)) {
            error_set(&compiler->vm->error, compiler->at,
                      "'%.*s' is already declared in this block",
                      (int)name.length, name.chars);
        }
    }
    compiler->locals[compiler->local_count].name = name;
    compiler->locals[compiler->local_count].scope = compiler->scope;
    compiler->local_count++;
}

static int find_local(const Compiler *compiler, Text name)
{
    for (int i = compiler->local_count - 1; i >= 0; i--) {
        if (text_equal(compiler->locals[i].name, name)) {
            return i;
        }
    }
    return -1;
}

/*
 * Compiles the use of a variable.  A name that is not a local of the function
 * is a global; functions cannot see the locals of the functions around them.
 */
static void emit_variable(Compiler *compiler, Text name, bool is_store)
{
    int slot = find_local(compiler, name);

    if (slot >= 0) {
        if (slot == 0 && is_store) {
            error_set(&compiler->vm->error, compiler->at,
                      "a function cannot assign to its own name");
        }
        emit(compiler, is_store ? OP_SET_LOCAL : OP_GET_LOCAL);
        emit_byte(compiler, slot);
        return;
    }
    for (Compiler *outer = compiler->outer; outer != NULL; outer = outer->outer) {
        if (find_local(outer, name) > 0) {
            error_set(&compiler->vm->error, compiler->at,
                      "'%.*s' belongs to the function outside", (int)name.length,
                      name.chars);
        }
    }
    emit_constant(compiler, is_store ? OP_SET_GLOBAL : OP_GET_GLOBAL,
                  string_value(compiler->vm, name));
}

static void compiler_init(Compiler *compiler, Vm *vm, Compiler *outer, Text name)
{
    memset(compiler, 0, sizeof *compiler);
    compiler->vm = vm;
    compiler->outer = outer;
    compiler->function = new_object(vm, OBJECT_FUNCTION, sizeof(Function));
    if (name.length > 0) {
        compiler->function->name = new_string(vm, name.chars, name.length);
    }
    add_local(compiler, outer != NULL ? name : text_of(""));
    adjust_depth(compiler, 1);  /* slot zero holds the function itself */
}

static void compile_function(Compiler *outer, const Node *node)
{
    Compiler compiler;

    compiler_init(&compiler, outer->vm, outer, node->text);
    compiler.at = node->at;
    compiler.scope = 1;
    compiler.function->arity = node->count;
    for (const Node *name = node->items; name != NULL; name = name->next) {
        compiler.at = name->at;
        adjust_depth(&compiler, 1);
        add_local(&compiler, name->text);
    }
    compile_statement(&compiler, node->a);
    emit(&compiler, OP_NIL);
    emit(&compiler, OP_RETURN);
    emit_constant(outer, OP_CONSTANT, object_value(compiler.function));
}

static void compile_binary(Compiler *compiler, const Node *node)
{
    static const Opcode opcodes[TOKEN_KIND_COUNT] = {
        [TOKEN_PLUS] = OP_ADD,
        [TOKEN_MINUS] = OP_SUBTRACT,
        [TOKEN_STAR] = OP_MULTIPLY,
        [TOKEN_SLASH] = OP_DIVIDE,
        [TOKEN_PERCENT] = OP_REMAINDER,
        [TOKEN_POWER] = OP_POWER,
        [TOKEN_EQUAL] = OP_EQUAL,
        [TOKEN_UNEQUAL] = OP_EQUAL,
        [TOKEN_LESS] = OP_LESS,
        [TOKEN_LESS_EQUAL] = OP_LESS_EQUAL,
        [TOKEN_GREATER] = OP_LESS,
        [TOKEN_GREATER_EQUAL] = OP_LESS_EQUAL,
    };

    compile_expression(compiler, node->a);
    compile_expression(compiler, node->b);
    compiler->at = node->at;
    if (node->op == TOKEN_GREATER || node->op == TOKEN_GREATER_EQUAL) {
        emit(compiler, OP_SWAP);        /* a > b is the same as b < a */
    }
    emit(compiler, opcodes[node->op]);
    if (node->op == TOKEN_UNEQUAL) {
        emit(compiler, OP_NOT);
    }
}

static void compile_assignment(Compiler *compiler, const Node *node)
{
    const Node *target = node->a;

    if (target->kind == NODE_NAME) {
        compile_expression(compiler, node->b);
        compiler->at = target->at;
        emit_variable(compiler, target->text, true);
    } else {
        compile_expression(compiler, target->a);
        compile_expression(compiler, target->b);
        compile_expression(compiler, node->b);
        compiler->at = target->at;
        emit(compiler, OP_SET_INDEX);
    }
}

static void compile_condition(Compiler *compiler, const Node *node)
{
    compile_expression(compiler, node->a);
    int to_else = emit_jump(compiler, OP_JUMP_IF_FALSE);
    compile_expression(compiler, node->b);
    int to_end = emit_jump(compiler, OP_JUMP);
    patch_jump(compiler, to_else);
    adjust_depth(compiler, -1);         /* only one of the two is computed */
    compile_expression(compiler, node->c);
    patch_jump(compiler, to_end);
}

/* Compiles code that leaves the value of the expression on the stack. */
static void compile_expression(Compiler *compiler, const Node *node)
{
    int jump;

    compiler->at = node->at;
    switch (node->kind) {
    case NODE_TRUE:
        emit(compiler, OP_TRUE);
        break;
    case NODE_FALSE:
        emit(compiler, OP_FALSE);
        break;
    case NODE_NUMBER:
        emit_constant(compiler, OP_CONSTANT, number_value(node->number));
        break;
    case NODE_STRING:
        emit_constant(compiler, OP_CONSTANT, string_value(compiler->vm, node->text));
        break;
    case NODE_NAME:
        emit_variable(compiler, node->text, false);
        break;
    case NODE_UNARY:
        compile_expression(compiler, node->a);
        compiler->at = node->at;
        emit(compiler, node->op == TOKEN_NOT ? OP_NOT : OP_NEGATE);
        break;
    case NODE_BINARY:
        compile_binary(compiler, node);
        break;
    case NODE_LOGIC:
        compile_expression(compiler, node->a);
        jump = emit_jump(compiler, node->op == TOKEN_AND ? OP_AND : OP_OR);
        compile_expression(compiler, node->b);
        patch_jump(compiler, jump);
        break;
    case NODE_CONDITION:
        compile_condition(compiler, node);
        break;
    case NODE_ASSIGN:
        compile_assignment(compiler, node);
        break;
    case NODE_INDEX:
        compile_expression(compiler, node->a);
        compile_expression(compiler, node->b);
        compiler->at = node->at;
        emit(compiler, OP_GET_INDEX);
        break;
    case NODE_CALL:
        compile_expression(compiler, node->a);
        for (const Node *item = node->items; item != NULL; item = item->next) {
            compile_expression(compiler, item);
        }
        compiler->at = node->at;
        emit(compiler, OP_CALL);
        emit_byte(compiler, node->count);
        adjust_depth(compiler, -node->count);
        break;
    case NODE_FUNCTION:
        compile_function(compiler, node);
        break;
    case NODE_LIST:
        emit(compiler, OP_NEW_LIST);
        for (const Node *item = node->items; item != NULL; item = item->next) {
            compile_expression(compiler, item);
            emit(compiler, OP_APPEND);
        }
        break;
    case NODE_MAP:
        emit(compiler, OP_NEW_MAP);
        for (const Node *key = node->items; key != NULL; key = key->next->next) {
            compile_expression(compiler, key);
            compile_expression(compiler, key->next);
            compiler->at = key->at;
            emit(compiler, OP_PUT);
        }
        break;
    default:
        emit(compiler, OP_NIL);
        break;
    }
}

/* Emits the instructions that drop all locals from a given slot upwards. */
static void emit_pops(Compiler *compiler, int first)
{
    for (int slot = compiler->local_count; slot > first; slot--) {
        emit(compiler, OP_POP);
    }
}

static void compile_block(Compiler *compiler, const Node *block)
{
    int first = compiler->local_count;

    compiler->scope++;
    for (const Node *node = block->items; node != NULL; node = node->next) {
        compile_statement(compiler, node);
    }
    compiler->scope--;
    emit_pops(compiler, first);
    compiler->local_count = first;
}

/*
 * Compiles both kinds of loops.  A "for" loop keeps three values on the stack:
 * the sequence, the index of the next element, and the loop variable.  The
 * instruction OP_NEXT fetches an element or jumps out of the loop.
 */
static void compile_loop(Compiler *compiler, const Node *node)
{
    bool is_for = node->kind == NODE_FOR;
    int first = compiler->local_count;
    Loop loop = { .outer = compiler->loop };
    int to_end;

    compiler->scope++;
    if (is_for) {
        compile_expression(compiler, node->a);
        add_local(compiler, text_of(""));
        emit_constant(compiler, OP_CONSTANT, number_value(0));
        add_local(compiler, text_of(""));
        emit(compiler, OP_NIL);
        add_local(compiler, node->text);
    }
    loop.start = compiler->function->count;
    loop.local_count = compiler->local_count;
    if (is_for) {
        compiler->at = node->a->at;
        to_end = emit_jump(compiler, OP_NEXT);
    } else {
        compile_expression(compiler, node->a);
        to_end = emit_jump(compiler, OP_JUMP_IF_FALSE);
    }
    compiler->loop = &loop;
    compile_block(compiler, node->b);
    compiler->loop = loop.outer;
    compiler->at = node->at;
    emit_loop(compiler, loop.start);
    patch_jump(compiler, to_end);
    for (int i = 0; i < loop.break_count; i++) {
        patch_jump(compiler, loop.breaks[i]);
    }
    compiler->scope--;
    emit_pops(compiler, first);
    compiler->local_count = first;
}

/* Compiles "break" and "continue", which drop the locals of the loop body. */
static void compile_exit(Compiler *compiler, const Node *node)
{
    Loop *loop = compiler->loop;
    int depth = compiler->depth;

    if (loop == NULL) {
        error_set(&compiler->vm->error, node->at, "this statement needs a loop");
        return;
    }
    emit_pops(compiler, loop->local_count);
    compiler->depth = depth;            /* the code behind is not affected */
    if (node->kind == NODE_CONTINUE) {
        emit_loop(compiler, loop->start);
    } else if (loop->break_count == BREAK_MAX) {
        error_set(&compiler->vm->error, node->at, "too many breaks in this loop");
    } else {
        loop->breaks[loop->break_count++] = emit_jump(compiler, OP_JUMP);
    }
}

static void compile_statement(Compiler *compiler, const Node *node)
{
    int to_else, to_end;

    compiler->at = node->at;
    switch (node->kind) {
    case NODE_LET:
        if (node->a != NULL) {
            compile_expression(compiler, node->a);
            compiler->at = node->at;
        } else {
            emit(compiler, OP_NIL);
        }
        if (compiler->scope > 0) {
            add_local(compiler, node->text);
        } else {
            emit_constant(compiler, OP_DEFINE_GLOBAL,
                          string_value(compiler->vm, node->text));
        }
        break;
    case NODE_IF:
        compile_expression(compiler, node->a);
        to_else = emit_jump(compiler, OP_JUMP_IF_FALSE);
        compile_statement(compiler, node->b);
        if (node->c != NULL) {
            to_end = emit_jump(compiler, OP_JUMP);
            patch_jump(compiler, to_else);
            compile_statement(compiler, node->c);
            patch_jump(compiler, to_end);
        } else {
            patch_jump(compiler, to_else);
        }
        break;
    case NODE_WHILE:
    case NODE_FOR:
        compile_loop(compiler, node);
        break;
    case NODE_RETURN:
        if (node->a != NULL) {
            compile_expression(compiler, node->a);
        } else {
            emit(compiler, OP_NIL);
        }
        emit(compiler, OP_RETURN);
        break;
    case NODE_BREAK:
    case NODE_CONTINUE:
        compile_exit(compiler, node);
        break;
    case NODE_BLOCK:
        compile_block(compiler, node);
        break;
    default:
        compile_expression(compiler, node->a);
        emit(compiler, OP_POP);
        break;
    }
}

/*
 * Compiles a script to a function without parameters.  If the last statement
 * is an expression, its value is the result of the script.
 */
static Function *compile_program(Vm *vm, const Node *program)
{
    Compiler compiler;
    bool has_result = false;

    compiler_init(&compiler, vm, NULL, text_of("script"));
    for (const Node *node = program->items; node != NULL; node = node->next) {
        has_result = node->next == NULL && node->kind == NODE_EXPRESSION;
        if (has_result) {
            compile_expression(&compiler, node->a);
        } else {
            compile_statement(&compiler, node);
        }
    }
    if (!has_result) {
        emit(&compiler, OP_NIL);
    }
    emit(&compiler, OP_RETURN);
    return compiler.function;
}

/* Parses, folds and compiles; returns NULL and sets the error on failure. */
static Function *compile_source(Vm *vm, const char *source)
{
    Arena arena = { NULL };
    Function *function = NULL;

    vm->error.is_set = false;
    Node *program = parse_program(source, &arena, &vm->error);
    if (!vm->error.is_set) {
        fold(program);
        function = compile_program(vm, program);
    }
    arena_free(&arena);
    return vm->error.is_set ? NULL : function;
}

/* ------------------------------------------------------------------------
 * Virtual machine
 * --------------------------------------------------------------------- */

/* Turns a number into an index; negative numbers count from the end. */
static bool to_index(Vm *vm, Value value, size_t length, size_t *index)
{
    if (!is_number(value) || floor(value.as.number) != value.as.number) {
        return fail(vm, "an index must be a whole number");
    }
    double number = value.as.number;
    if (number < 0) {
        number += (double)length;
    }
    if (number < 0 || number >= (double)length) {
        return fail(vm, "index %g is out of range (length %zu)", value.as.number, length);
    }
    *index = (size_t)number;
    return true;
}

static bool get_index(Vm *vm, Value container, Value key, Value *result)
{
    size_t index;

    if (is_object(container, OBJECT_LIST)) {
        const List *list = AS_LIST(container);
        if (!to_index(vm, key, (size_t)list->count, &index)) {
            return false;
        }
        *result = list->items[index];
        return true;
    }
    if (is_object(container, OBJECT_STRING)) {
        const String *string = AS_STRING(container);
        if (!to_index(vm, key, string->length, &index)) {
            return false;
        }
        *result = object_value(new_string(vm, string->chars + index, 1));
        return true;
    }
    if (!is_object(container, OBJECT_MAP)) {
        return fail(vm, "a %s has no elements", type_name(container));
    }
    if (!is_object(key, OBJECT_STRING)) {
        return fail(vm, "the key of a map must be a string");
    }
    if (!table_get(&AS_MAP(container)->table, AS_STRING(key), result)) {
        return fail(vm, "the map has no key \"%s\"", AS_STRING(key)->chars);
    }
    return true;
}

static bool set_index(Vm *vm, Value container, Value key, Value value)
{
    size_t index;

    if (is_object(container, OBJECT_LIST)) {
        List *list = AS_LIST(container);
        if (!to_index(vm, key, (size_t)list->count, &index)) {
            return false;
        }
        list->items[index] = value;
        return true;
    }
    if (!is_object(container, OBJECT_MAP)) {
        return fail(vm, "the elements of a %s cannot be set", type_name(container));
    }
    if (!is_object(key, OBJECT_STRING)) {
        return fail(vm, "the key of a map must be a string");
    }
    map_set(vm, AS_MAP(container), AS_STRING(key), value);
    return true;
}

/* Adds numbers, joins strings and joins lists. */
static bool add_values(Vm *vm, Value a, Value b, Value *result)
{
    if (is_number(a) && is_number(b)) {
        *result = number_value(a.as.number + b.as.number);
        return true;
    }
    if (is_object(a, OBJECT_STRING) && is_object(b, OBJECT_STRING)) {
        Builder builder = { NULL, 0, 0 };
        builder_bytes(&builder, AS_STRING(a)->chars, AS_STRING(a)->length);
        builder_bytes(&builder, AS_STRING(b)->chars, AS_STRING(b)->length);
        *result = take_string(vm, &builder);
        return true;
    }
    if (is_object(a, OBJECT_LIST) && is_object(b, OBJECT_LIST)) {
        const List *parts[] = { AS_LIST(a), AS_LIST(b) };
        List *list = new_list(vm);
        for (int part = 0; part < 2; part++) {
            for (int i = 0; i < parts[part]->count; i++) {
                list_append(vm, list, parts[part]->items[i]);
            }
        }
        *result = object_value(list);
        return true;
    }
    return fail(vm, "cannot add a %s and a %s", type_name(a), type_name(b));
}

/* Compares two numbers or two strings; the order is -1, 0 or 1. */
static bool compare_values(Vm *vm, Value a, Value b, int *order)
{
    if (is_number(a) && is_number(b)) {
        *order = (a.as.number > b.as.number) - (a.as.number < b.as.number);
        return true;
    }
    if (is_object(a, OBJECT_STRING) && is_object(b, OBJECT_STRING)) {
        const String *left = AS_STRING(a);
        const String *right = AS_STRING(b);
        size_t shorter = left->length < right->length ? left->length : right->length;
        int sign = memcmp(left->chars, right->chars, shorter);
        if (sign == 0) {
            sign = (left->length > right->length) - (left->length < right->length);
        }
        *order = (sign > 0) - (sign < 0);
        return true;
    }
    return fail(vm, "cannot compare a %s and a %s", type_name(a), type_name(b));
}

static bool arithmetic(Vm *vm, Opcode opcode, Value a, Value b, Value *result)
{
    double number;

    if (opcode == OP_ADD) {
        return add_values(vm, a, b, result);
    }
    if (!is_number(a) || !is_number(b)) {
        return fail(vm, "this operator needs two numbers, not a %s and a %s",
                    type_name(a), type_name(b));
    }
    double x = a.as.number;
    double y = b.as.number;
    if ((opcode == OP_DIVIDE || opcode == OP_REMAINDER) && y == 0) {
        return fail(vm, "division by zero");
    }
    switch (opcode) {
    case OP_SUBTRACT:
        number = x - y;
        break;
    case OP_MULTIPLY:
        number = x * y;
        break;
    case OP_DIVIDE:
        number = x / y;
        break;
    case OP_REMAINDER:
        number = x - floor(x / y) * y;  /* the sign is that of the divisor */
        break;
    default:
        number = pow(x, y);
        break;
    }
    *result = number_value(number);
    return true;
}

/* Fetches the element for a "for" loop; *done is set behind the last one. */
static bool next_element(Vm *vm, Value *slots, bool *done)
{
    size_t length;

    if (is_object(slots[0], OBJECT_LIST)) {
        length = (size_t)AS_LIST(slots[0])->count;
    } else if (is_object(slots[0], OBJECT_STRING)) {
        length = AS_STRING(slots[0])->length;
    } else {
        return fail(vm, "cannot loop over a %s", type_name(slots[0]));
    }
    *done = slots[1].as.number >= (double)length;
    if (*done) {
        return true;
    }
    if (!get_index(vm, slots[0], slots[1], &slots[2])) {
        return false;
    }
    slots[1].as.number += 1;
    return true;
}

/*
 * Calls the value that lies below its arguments.  A native function is done
 * when this returns; for a function of the script only a frame is prepared.
 */
static bool call_value(Vm *vm, int argc)
{
    Value *args = vm->top - argc;
    Value callee = args[-1];

    if (is_object(callee, OBJECT_NATIVE)) {
        const Native *native = AS_NATIVE(callee);
        Value result = nil_value;
        if (argc < native->min_args
            || (native->max_args >= 0 && argc > native->max_args)) {
            return fail(vm, "wrong number of arguments for %s: %d", native->name, argc);
        }
        if (!native->call(vm, argc, args, &result)) {
            return false;
        }
        vm->top = args;
        vm->top[-1] = result;
        return true;
    }
    if (!is_object(callee, OBJECT_FUNCTION)) {
        return fail(vm, "a %s cannot be called", type_name(callee));
    }
    Function *function = AS_FUNCTION(callee);
    if (argc != function->arity) {
        return fail(vm, "expected %d arguments but got %d", function->arity, argc);
    }
    /* The spare slots are for natives, which push a few values themselves. */
    if (vm->frame_count == FRAME_MAX
        || vm->stack + STACK_MAX - args < function->max_depth + 16) {
        return fail(vm, "too many nested calls");
    }
    Frame *frame = &vm->frames[vm->frame_count++];
    frame->function = function;
    frame->next = function->code;
    frame->base = args - 1;
    return true;
}

/* Runs until the call depth falls below the given number of frames. */
static bool run(Vm *vm, int lowest)
{
    Frame *frame = &vm->frames[vm->frame_count - 1];
    Value value = nil_value;
    int order, argc;
    bool done = false;

    for (;;) {
#ifdef PEBBLE_TRACE
        Builder line = { NULL, 0, 0 };
        list_instruction(&line, frame->function,
                         (int)(frame->next - frame->function->code));
        fputs(builder_text(&line), stderr);
        builder_free(&line);
#endif
#ifdef PEBBLE_STRESS_GC
        collect_garbage(vm);
#endif
        Opcode opcode = (Opcode)*frame->next;
        const uint8_t *operand = frame->next + 1;
        Value *constants = frame->function->constants;
        frame->next = operand + opcode_info[opcode].operands;

        switch (opcode) {
        case OP_CONSTANT:
            push(vm, constants[read_u16(operand)]);
            break;
        case OP_NIL:
            push(vm, nil_value);
            break;
        case OP_TRUE:
        case OP_FALSE:
            push(vm, bool_value(opcode == OP_TRUE));
            break;
        case OP_POP:
            pop(vm);
            break;
        case OP_GET_LOCAL:
            push(vm, frame->base[operand[0]]);
            break;
        case OP_SET_LOCAL:
            frame->base[operand[0]] = vm->top[-1];
            break;
        case OP_DEFINE_GLOBAL:
            table_set(&vm->globals, AS_STRING(constants[read_u16(operand)]), pop(vm));
            break;
        case OP_GET_GLOBAL:
        case OP_SET_GLOBAL: {
            String *name = AS_STRING(constants[read_u16(operand)]);
            if (!table_get(&vm->globals, name, &value)) {
                return fail(vm, "there is no variable '%s'", name->chars);
            }
            if (opcode == OP_GET_GLOBAL) {
                push(vm, value);
            } else {
                table_set(&vm->globals, name, vm->top[-1]);
            }
            break;
        }
        case OP_ADD:
        case OP_SUBTRACT:
        case OP_MULTIPLY:
        case OP_DIVIDE:
        case OP_REMAINDER:
        case OP_POWER:
            if (!arithmetic(vm, opcode, vm->top[-2], vm->top[-1], &value)) {
                return false;
            }
            pop(vm);
            vm->top[-1] = value;
            break;
        case OP_EQUAL:
            value = pop(vm);
            vm->top[-1] = bool_value(values_equal(vm->top[-1], value));
            break;
        case OP_LESS:
        case OP_LESS_EQUAL:
            if (!compare_values(vm, vm->top[-2], vm->top[-1], &order)) {
                return false;
            }
            pop(vm);
            vm->top[-1] = bool_value(order < (opcode == OP_LESS ? 0 : 1));
            break;
        case OP_NEGATE:
            if (!is_number(vm->top[-1])) {
                return fail(vm, "cannot negate a %s", type_name(vm->top[-1]));
            }
            vm->top[-1].as.number = -vm->top[-1].as.number;
            break;
        case OP_NOT:
            vm->top[-1] = bool_value(!is_truthy(vm->top[-1]));
            break;
        case OP_SWAP:
            value = vm->top[-1];
            vm->top[-1] = vm->top[-2];
            vm->top[-2] = value;
            break;
        case OP_JUMP:
            frame->next += read_u16(operand);
            break;
        case OP_JUMP_IF_FALSE:
            if (!is_truthy(pop(vm))) {
                frame->next += read_u16(operand);
            }
            break;
        case OP_AND:
        case OP_OR:
            /* Either the left value is the result, or it makes room. */
            if (is_truthy(vm->top[-1]) == (opcode == OP_OR)) {
                frame->next += read_u16(operand);
            } else {
                pop(vm);
            }
            break;
        case OP_LOOP:
            frame->next -= read_u16(operand);
            if (vm->pressure > vm->gc_limit) {
                collect_garbage(vm);
            }
            break;
        case OP_NEXT:
            if (!next_element(vm, frame->base + operand[0], &done)) {
                return false;
            }
            if (done) {
                frame->next += read_u16(operand + 1);
            }
            break;
        case OP_NEW_LIST:
            push(vm, object_value(new_list(vm)));
            break;
        case OP_APPEND:
            list_append(vm, AS_LIST(vm->top[-2]), vm->top[-1]);
            pop(vm);
            break;
        case OP_NEW_MAP:
            push(vm, object_value(new_object(vm, OBJECT_MAP, sizeof(Map))));
            break;
        case OP_PUT:
            if (!set_index(vm, vm->top[-3], vm->top[-2], vm->top[-1])) {
                return false;
            }
            vm->top -= 2;
            break;
        case OP_GET_INDEX:
            if (!get_index(vm, vm->top[-2], vm->top[-1], &value)) {
                return false;
            }
            pop(vm);
            vm->top[-1] = value;
            break;
        case OP_SET_INDEX:
            if (!set_index(vm, vm->top[-3], vm->top[-2], vm->top[-1])) {
                return false;
            }
            vm->top[-3] = vm->top[-1];  /* an assignment has a value, too */
            vm->top -= 2;
            break;
        case OP_CALL:
            argc = operand[0];
            if (vm->pressure > vm->gc_limit) {
                collect_garbage(vm);
            }
            if (!call_value(vm, argc)) {
                return false;
            }
            frame = &vm->frames[vm->frame_count - 1];
            break;
        case OP_RETURN:
            value = pop(vm);
            vm->top = frame->base;
            push(vm, value);
            vm->frame_count--;
            if (vm->frame_count < lowest) {
                return true;
            }
            frame = &vm->frames[vm->frame_count - 1];
            break;
        case OPCODE_COUNT:
            return fail(vm, "damaged bytecode");
        }
    }
}

/* Lets a native function call back into the script. */
static bool call_back(Vm *vm, Value callee, int argc, const Value *args, Value *result)
{
    int frames = vm->frame_count;

    if (vm->stack + STACK_MAX - vm->top < argc + 16) {
        return fail(vm, "too many nested calls");
    }
    push(vm, callee);
    for (int i = 0; i < argc; i++) {
        push(vm, args[i]);
    }
    if (!call_value(vm, argc)) {
        return false;
    }
    if (vm->frame_count > frames && !run(vm, vm->frame_count)) {
        return false;
    }
    *result = pop(vm);
    return true;
}

/* Remembers the calls in progress, so that an error can be explained. */
static void record_trace(Vm *vm)
{
    for (int i = vm->frame_count - 1; i > 0; i--) {
        const Frame *caller = &vm->frames[i - 1];
        const Function *function = vm->frames[i].function;
        ptrdiff_t offset = caller->next - caller->function->code - 1;
        if (i < vm->frame_count - 8 && i > 2) {
            continue;                   /* the middle of a long list is dull */
        }
        builder_format(&vm->trace, "    in %s, called from line %d\n",
                       function->name != NULL ? function->name->chars : "a function",
                       caller->function->places[offset].line);
    }
}

/*
 * Runs a script.  The result is safe from the garbage collector until the
 * next script is run.
 */
static bool evaluate(Vm *vm, const char *source, Value *result)
{
    Function *function = compile_source(vm, source);
    bool ok = false;

    vm->trace.length = 0;
    if (function != NULL) {
        push(vm, object_value(function));
        ok = call_value(vm, 0) && run(vm, 1);
        if (ok) {
            *result = pop(vm);
        } else {
            record_trace(vm);
        }
        vm->top = vm->stack;
        vm->frame_count = 0;
    }
    return ok;
}

/* ------------------------------------------------------------------------
 * Standard library
 * --------------------------------------------------------------------- */

static bool wrong_argument(Vm *vm, Value value, const char *wanted)
{
    return fail(vm, "expected a %s but got a %s", wanted, type_name(value));
}

static bool need_list(Vm *vm, Value value)
{
    return is_object(value, OBJECT_LIST) || wrong_argument(vm, value, "list");
}

static bool need_map(Vm *vm, Value value)
{
    return is_object(value, OBJECT_MAP) || wrong_argument(vm, value, "map");
}

static bool need_string(Vm *vm, Value value)
{
    return is_object(value, OBJECT_STRING) || wrong_argument(vm, value, "string");
}

static bool need_number(Vm *vm, Value value)
{
    return is_number(value) || wrong_argument(vm, value, "number");
}

/* print(value, ...) writes its arguments with blanks between them. */
static bool native_print(Vm *vm, int argc, Value *args, Value *result)
{
    Builder line = { NULL, 0, 0 };

    (void)result;
    for (int i = 0; i < argc; i++) {
        builder_add(&line, i > 0 ? " " : "");
        write_value(&line, args[i], false, 0);
    }
    builder_char(&line, '\n');
    if (vm->capture != NULL) {
        builder_bytes(vm->capture, line.data, line.length);
    } else {
        fwrite(line.data, 1, line.length, stdout);
    }
    builder_free(&line);
    return true;
}

/* str(value) returns the text that print would write. */
static bool native_str(Vm *vm, int argc, Value *args, Value *result)
{
    Builder builder = { NULL, 0, 0 };

    (void)argc;
    write_value(&builder, args[0], false, 0);
    *result = take_string(vm, &builder);
    return true;
}

/* num(string) returns a number, or nil if the string does not spell one. */
static bool native_num(Vm *vm, int argc, Value *args, Value *result)
{
    char *end;

    (void)argc;
    if (!need_string(vm, args[0])) {
        return false;
    }
    const String *string = AS_STRING(args[0]);
    double number = strtod(string->chars, &end);
    if (string->length > 0 && end == string->chars + string->length) {
        *result = number_value(number);
    }
    return true;
}

/* type(value) returns the name of the type of the value. */
static bool native_type(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    *result = string_value(vm, text_of(type_name(args[0])));
    return true;
}

/* len(container) returns the number of elements of a string, list or map. */
static bool native_len(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (is_object(args[0], OBJECT_STRING)) {
        *result = number_value((double)AS_STRING(args[0])->length);
    } else if (is_object(args[0], OBJECT_LIST)) {
        *result = number_value(AS_LIST(args[0])->count);
    } else if (is_object(args[0], OBJECT_MAP)) {
        *result = number_value(AS_MAP(args[0])->table.count);
    } else {
        return fail(vm, "a %s has no length", type_name(args[0]));
    }
    return true;
}

/* push(list, value) appends to the list and returns it. */
static bool native_push(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_list(vm, args[0])) {
        return false;
    }
    list_append(vm, AS_LIST(args[0]), args[1]);
    *result = args[0];
    return true;
}

/* pop(list) removes the last element and returns it. */
static bool native_pop(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_list(vm, args[0])) {
        return false;
    }
    List *list = AS_LIST(args[0]);
    if (list->count == 0) {
        return fail(vm, "cannot pop from an empty list");
    }
    *result = list->items[--list->count];
    return true;
}

/* keys(map) returns the keys in no particular order. */
static bool native_keys(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_map(vm, args[0])) {
        return false;
    }
    const Table *table = &AS_MAP(args[0])->table;
    List *list = new_list(vm);
    for (int i = 0; i < table->capacity; i++) {
        if (table->entries[i].key != NULL) {
            list_append(vm, list, object_value(table->entries[i].key));
        }
    }
    *result = object_value(list);
    return true;
}

/* has(map, key) tells whether the map has the key. */
static bool native_has(Vm *vm, int argc, Value *args, Value *result)
{
    Value unused;

    (void)argc;
    if (!need_map(vm, args[0]) || !need_string(vm, args[1])) {
        return false;
    }
    *result = bool_value(table_get(&AS_MAP(args[0])->table, AS_STRING(args[1]), &unused));
    return true;
}

/* remove(map, key) removes a key and tells whether it was there. */
static bool native_remove(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_map(vm, args[0]) || !need_string(vm, args[1])) {
        return false;
    }
    *result = bool_value(table_remove(&AS_MAP(args[0])->table, AS_STRING(args[1])));
    return true;
}

/* range(n) counts from 0 up to n - 1, and range(a, b) from a up to b - 1. */
static bool native_range(Vm *vm, int argc, Value *args, Value *result)
{
    if (!need_number(vm, args[0]) || !need_number(vm, args[argc - 1])) {
        return false;
    }
    double first = argc == 2 ? args[0].as.number : 0;
    double end = args[argc - 1].as.number;
    if (end - first > 1e7) {
        return fail(vm, "this range is too long");
    }
    List *list = new_list(vm);
    for (double number = first; number < end; number += 1) {
        list_append(vm, list, number_value(number));
    }
    *result = object_value(list);
    return true;
}

/* join(list, separator) writes the elements of a list into one string. */
static bool native_join(Vm *vm, int argc, Value *args, Value *result)
{
    Builder builder = { NULL, 0, 0 };

    (void)argc;
    if (!need_list(vm, args[0]) || !need_string(vm, args[1])) {
        return false;
    }
    const List *list = AS_LIST(args[0]);
    for (int i = 0; i < list->count; i++) {
        if (i > 0) {
            builder_bytes(&builder, AS_STRING(args[1])->chars,
                          AS_STRING(args[1])->length);
        }
        write_value(&builder, list->items[i], false, 0);
    }
    *result = take_string(vm, &builder);
    return true;
}

/* Returns the first place of a needle at or behind an offset, or -1. */
static ptrdiff_t find_text(const String *hay, const String *needle, size_t from)
{
    while (from + needle->length <= hay->length) {
        if (memcmp(hay->chars + from, needle->chars, needle->length) == 0) {
            return (ptrdiff_t)from;
        }
        from++;
    }
    return -1;
}

/* split(string, separator) is the opposite of join. */
static bool native_split(Vm *vm, int argc, Value *args, Value *result)
{
    size_t start = 0;
    ptrdiff_t found;

    (void)argc;
    if (!need_string(vm, args[0]) || !need_string(vm, args[1])) {
        return false;
    }
    const String *string = AS_STRING(args[0]);
    const String *separator = AS_STRING(args[1]);
    if (separator->length == 0) {
        return fail(vm, "the separator must not be empty");
    }
    List *list = new_list(vm);
    while ((found = find_text(string, separator, start)) >= 0) {
        Text part = { string->chars + start, (size_t)found - start };
        list_append(vm, list, string_value(vm, part));
        start = (size_t)found + separator->length;
    }
    Text rest = { string->chars + start, string->length - start };
    list_append(vm, list, string_value(vm, rest));
    *result = object_value(list);
    return true;
}

/* find(string, part) returns the place of the part, or nil. */
static bool native_find(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_string(vm, args[0]) || !need_string(vm, args[1])) {
        return false;
    }
    ptrdiff_t found = find_text(AS_STRING(args[0]), AS_STRING(args[1]), 0);
    if (found >= 0) {
        *result = number_value((double)found);
    }
    return true;
}

/* upper(string) returns the string in capital letters. */
static bool native_upper(Vm *vm, int argc, Value *args, Value *result)
{
    Builder builder = { NULL, 0, 0 };

    (void)argc;
    if (!need_string(vm, args[0])) {
        return false;
    }
    for (size_t i = 0; i < AS_STRING(args[0])->length; i++) {
        unsigned char letter = (unsigned char)AS_STRING(args[0])->chars[i];
        builder_char(&builder, (char)toupper(letter));
    }
    *result = take_string(vm, &builder);
    return true;
}

/* Moves a number into the range from 0 to length; negative ones wrap once. */
static int clamp_bound(double bound, int length)
{
    if (bound < 0) {
        bound += length;
    }
    if (!(bound > 0)) {
        return 0;
    }
    return bound > length ? length : (int)bound;
}

/* slice(container, from, to) copies a part of a string or of a list. */
static bool native_slice(Vm *vm, int argc, Value *args, Value *result)
{
    bool is_string = is_object(args[0], OBJECT_STRING);

    (void)argc;
    if (!is_string && !need_list(vm, args[0])) {
        return false;
    }
    if (!need_number(vm, args[1]) || !need_number(vm, args[2])) {
        return false;
    }
    int length = is_string ? (int)AS_STRING(args[0])->length : AS_LIST(args[0])->count;
    int from = clamp_bound(args[1].as.number, length);
    int to = clamp_bound(args[2].as.number, length);
    if (to < from) {
        to = from;
    }
    if (is_string) {
        Text part = { AS_STRING(args[0])->chars + from, (size_t)(to - from) };
        *result = string_value(vm, part);
    } else {
        List *list = new_list(vm);
        for (int i = from; i < to; i++) {
            list_append(vm, list, AS_LIST(args[0])->items[i]);
        }
        *result = object_value(list);
    }
    return true;
}

/* map(list, function) returns the results of the function in a new list. */
static bool native_map(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_list(vm, args[0])) {
        return false;
    }
    List *list = new_list(vm);
    push(vm, object_value(list));       /* the call may collect garbage */
    for (int i = 0; i < AS_LIST(args[0])->count; i++) {
        Value item = AS_LIST(args[0])->items[i];
        if (!call_back(vm, args[1], 1, &item, &item)) {
            return false;
        }
        list_append(vm, list, item);
    }
    *result = pop(vm);
    return true;
}

/* fold(list, start, function) combines all elements to a single value. */
static bool native_fold(Vm *vm, int argc, Value *args, Value *result)
{
    (void)argc;
    if (!need_list(vm, args[0])) {
        return false;
    }
    for (int i = 0; i < AS_LIST(args[0])->count; i++) {
        Value pair[] = { args[1], AS_LIST(args[0])->items[i] };
        if (!call_back(vm, args[2], 2, pair, &args[1])) {
            return false;
        }
    }
    *result = args[1];
    return true;
}

/* Tells whether b must stand before a. */
static bool is_out_of_order(Vm *vm, Value a, Value b, const Value *less, bool *answer)
{
    Value pair[] = { b, a };
    int order;

    if (less != NULL) {
        Value result;
        if (!call_back(vm, *less, 2, pair, &result)) {
            return false;
        }
        *answer = is_truthy(result);
        return true;
    }
    if (!compare_values(vm, b, a, &order)) {
        return false;
    }
    *answer = order < 0;
    return true;
}

/* A stable merge sort; the second array is only room to work in. */
static bool merge_sort(Vm *vm, Value *items, Value *room, int count, const Value *less)
{
    int half = count / 2;
    int left = 0;
    int right = half;

    if (count < 2) {
        return true;
    }
    if (!merge_sort(vm, items, room, half, less)
        || !merge_sort(vm, items + half, room, count - half, less)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        bool take_right = left == half;
        if (left < half && right < count
            && !is_out_of_order(vm, items[left], items[right], less, &take_right)) {
            return false;
        }
        room[i] = take_right ? items[right++] : items[left++];
    }
    memcpy(items, room, (size_t)count * sizeof *items);
    return true;
}

/* sort(list) and sort(list, less) return a sorted copy of the list. */
static bool native_sort(Vm *vm, int argc, Value *args, Value *result)
{
    if (!need_list(vm, args[0])) {
        return false;
    }
    const List *source = AS_LIST(args[0]);
    List *sorted = new_list(vm);
    push(vm, object_value(sorted));
    for (int i = 0; i < source->count; i++) {
        list_append(vm, sorted, source->items[i]);
    }

    /* The sorting works on a copy, and the list keeps the elements alive. */
    size_t size = (size_t)sorted->count * sizeof(Value);
    Value *work = xrealloc(NULL, size * 2 + 1);
    if (size > 0) {
        memcpy(work, sorted->items, size);
    }
    bool ok = merge_sort(vm, work, work + sorted->count, sorted->count,
                         argc == 2 ? &args[1] : NULL);
    if (ok && size > 0) {
        memcpy(sorted->items, work, size);
    }
    free(work);
    if (ok) {
        *result = pop(vm);
    }
    return ok;
}

/* assert(condition, message) stops the script if the condition is false. */
static bool native_assert(Vm *vm, int argc, Value *args, Value *result)
{
    *result = args[0];
    if (is_truthy(args[0])) {
        return true;
    }
    if (argc == 2 && is_object(args[1], OBJECT_STRING)) {
        return fail(vm, "assertion failed: %s", AS_STRING(args[1])->chars);
    }
    return fail(vm, "assertion failed");
}

/* clock() returns the processor time in seconds. */
static bool native_clock(Vm *vm, int argc, Value *args, Value *result)
{
    (void)vm;
    (void)argc;
    (void)args;
    *result = number_value((double)clock() / CLOCKS_PER_SEC);
    return true;
}

/* Defines a native function that applies a function of the C library. */
#define NATIVE_MATH(name, function)                                          \
    static bool name(Vm *vm, int argc, Value *args, Value *result)           \
    {                                                                        \
        (void)argc;                                                          \
        if (!need_number(vm, args[0])) {                                     \
            return false;                                                    \
        }                                                                    \
        *result = number_value(function(args[0].as.number));                 \
        return true;                                                         \
    }

NATIVE_MATH(native_abs, fabs)
NATIVE_MATH(native_floor, floor)
NATIVE_MATH(native_sqrt, sqrt)

static const struct {
    const char *name;
    int min_args;
    int max_args;
    NativeFn call;
} library[] = {
    { "abs", 1, 1, native_abs },
    { "assert", 1, 2, native_assert },
    { "clock", 0, 0, native_clock },
    { "find", 2, 2, native_find },
    { "floor", 1, 1, native_floor },
    { "fold", 3, 3, native_fold },
    { "has", 2, 2, native_has },
    { "join", 2, 2, native_join },
    { "keys", 1, 1, native_keys },
    { "len", 1, 1, native_len },
    { "map", 2, 2, native_map },
    { "num", 1, 1, native_num },
    { "pop", 1, 1, native_pop },
    { "print", 0, -1, native_print },
    { "push", 2, 2, native_push },
    { "range", 1, 2, native_range },
    { "remove", 2, 2, native_remove },
    { "slice", 3, 3, native_slice },
    { "sort", 1, 2, native_sort },
    { "split", 2, 2, native_split },
    { "sqrt", 1, 1, native_sqrt },
    { "str", 1, 1, native_str },
    { "type", 1, 1, native_type },
    { "upper", 1, 1, native_upper },
};

/* Creates a machine with all library functions as global variables. */
static Vm *vm_new(void)
{
    Vm *vm = xrealloc(NULL, sizeof *vm);

    memset(vm, 0, sizeof *vm);
    vm->top = vm->stack;
    vm->gc_limit = GC_FIRST_LIMIT;
    for (size_t i = 0; i < sizeof library / sizeof library[0]; i++) {
        Native *native = new_object(vm, OBJECT_NATIVE, sizeof *native);
        native->name = library[i].name;
        native->min_args = library[i].min_args;
        native->max_args = library[i].max_args;
        native->call = library[i].call;
        table_set(&vm->globals, AS_STRING(string_value(vm, text_of(native->name))),
                  object_value(native));
    }
    return vm;
}

static void vm_free(Vm *vm)
{
    while (vm->objects != NULL) {
        Object *next = vm->objects->next;
        free_object(vm->objects);
        vm->objects = next;
    }
    table_free(&vm->globals);
    table_free(&vm->strings);
    builder_free(&vm->trace);
    free(vm->gray);
    free(vm);
}

/* ------------------------------------------------------------------------
 * Self-test
 * --------------------------------------------------------------------- */

static int tests_run;
static int tests_failed;

/* Compares two texts and reports a difference. */
static void check_text(const char *what, const char *expected, const char *actual)
{
    tests_run++;
    if (strcmp(expected, actual) != 0) {
        tests_failed++;
        printf("FAILED: %s\n  expected: %s\n  actual:   %s\n", what, expected, actual);
    }
}

static void check(const char *what, bool condition)
{
    check_text(what, "true", condition ? "true" : "false");
}

/* A script and the value, or the error, that it has to end with. */
typedef struct {
    const char *source;
    const char *expected;
} ScriptCase;

static const ScriptCase value_cases[] = {
    { "", "nil" },
    { "1 + 2 * 3;", "7" },
    { "(1 + 2) * 3;", "9" },
    { "2 ** 3 ** 2;", "512" },
    { "-2 ** 2;", "-4" },
    { "7 % 3 + -7 % 3;", "3" },
    { "0.1 + 0.2;", "0.30000000000000004" },
    { "1e21 / 4;", "2.5e+20" },
    { "not 1 == 2;", "true" },
    { "nil or false or \"last\";", "\"last\"" },
    { "0 and \"zero is true\";", "\"zero is true\"" },
    { "3 < 4 and 4 <= 4 and 5 > 4 and 5 >= 5 and 1 != 2;", "true" },
    { "\"abc\" < \"abd\" and \"ab\" < \"abc\";", "true" },
    { "\"tab\\there\" + \"\\x21\\n\";", "\"tab\\there!\\n\"" },
    { "let a = 1; let b = a = 5; a + b;", "10" },
    { "let x = 1; { let x = 2; x = 3; } x;", "1" },
    { "let l = [1, [2, 3], \"x\"]; l[1][-1] = nil; l;", "[1, [2, nil], \"x\"]" },
    { "let m = {\"a\": 1,}; m.b = m.a + 1; m[\"b\"];", "2" },
    { "let n = 0; while true { n = n + 1; if n > 9 { break; } } n;", "10" },
    { "let s = 0; for i in range(10) { if i % 2 == 0 { continue; } s = s + i; } s;",
      "25" },
    { "let r = \"\"; for c in \"stone\" { r = c + r; } r;", "\"enots\"" },
    { "fn fact(n) { return n < 2 ? 1 : n * fact(n - 1); } fact(10);", "3628800" },
    { "fn f() {} f();", "nil" },
    { "map([1, 2, 3], fn(x) { return x * x; });", "[1, 4, 9]" },
    { "fold(range(1, 101), 0, fn(a, b) { return a + b; });", "5050" },
    { "sort([3, 1, 2]);", "[1, 2, 3]" },
    { "sort([\"pear\", \"fig\", \"plum\"], fn(a, b) { return len(a) < len(b); });",
      "[\"fig\", \"pear\", \"plum\"]" },
    { "join(split(\"a,b,,c\", \",\"), \"-\");", "\"a-b--c\"" },
    { "slice(\"pebble\", 1, -1) + upper(slice(\"pebble\", -1, 99));", "\"ebblE\"" },
    { "[num(\"12.5\"), num(\"twelve\"), find(\"pebble\", \"bb\"), type(nil)];",
      "[12.5, nil, 2, \"nil\"]" },
    { "let m = {\"k\": 1}; [has(m, \"k\"), remove(m, \"k\"), has(m, \"k\"), len(m)];",
      "[true, true, false, 0]" },
    { "let l = []; push(l, l); l;", "[[[[[[...]]]]]]" },
    { "[pop([1, 2]), abs(-3), floor(-1.5), sqrt(81), str([1])];",
      "[2, 3, -2, 9, \"[1]\"]" },
    { "fn outer() { fn inner(n) { return n > 0 ? inner(n - 1) : \"end\"; }"
      " return inner(5); } outer();", "\"end\"" },
    { "fn f() {} [print, f, fn() {}];", "[<native print>, <fn f>, <fn ?>]" },
};

static const ScriptCase error_cases[] = {
    { "1 +", "1:4: expected an expression" },
    { "let 5 = x;", "1:5: expected 'a name' after 'let' but found '5'" },
    { "if true {\n    print(1)\n}",
      "3:1: expected ';' after the statement but found '}'" },
    { "{ 1;", "1:5: expected '}' after the block but the script ends" },
    { "let s = \"abc", "1:9: this string has no closing quote" },
    { "\"\\q\";", "1:1: unknown escape sequence in this string" },
    { "1 ! 2;", "1:3: unexpected '!' (did you mean 'not'?)" },
    { "a @ b;", "1:3: unexpected character '@'" },
    { "1 + 2 = 3;", "1:7: only a name or an element can be assigned to" },
    { "break;", "1:1: this statement needs a loop" },
    { "{ let a; let a; }", "1:10: 'a' is already declared in this block" },
    { "fn f(a) { return fn() { return a; }; }",
      "1:32: 'a' belongs to the function outside" },
    { "fn f() { f = 1; }", "1:10: a function cannot assign to its own name" },
    { "1;\n  missing;", "2:3: there is no variable 'missing'" },
    { "missing = 1;", "1:1: there is no variable 'missing'" },
    { "1 + \"a\";", "1:3: cannot add a number and a string" },
    { "let z = 0;\n1 / z;", "2:3: division by zero" },
    { "1 / 0;", "1:3: division by zero" },
    { "-\"a\";", "1:1: cannot negate a string" },
    { "[1, 2][2];", "1:7: index 2 is out of range (length 2)" },
    { "\"abc\"[0.5];", "1:6: an index must be a whole number" },
    { "{\"a\": 1}.b;", "1:5: expected ';' after the statement but found ':'" },
    { "let m = {}; m.key;", "1:14: the map has no key \"key\"" },
    { "nil[0];", "1:4: a nil has no elements" },
    { "for x in 5 {}", "1:10: cannot loop over a number" },
    { "fn f(a) {} f();", "1:13: expected 1 arguments but got 0" },
    { "fn f() { return 1 + f(); } f();", "1:22: too many nested calls" },
    { "len(1, 2);", "1:4: wrong number of arguments for len: 2" },
    { "sort([1, \"a\"]);", "1:5: cannot compare a string and a number" },
    { "map([0], fn(x) { return 1 % x; });", "1:27: division by zero" },
    { "assert(1 == 2, \"sums\");", "1:7: assertion failed: sums" },
};

/* Scripts in bad style, and the same scripts after pretty printing. */
static const ScriptCase format_cases[] = {
    { "let   x=((1+2))*3 ;", "let x = (1 + 2) * 3;\n" },
    { "a-(b-c)-d; (-2)**2; -(2**2); (2**3)**2;",
      "a - (b - c) - d;\n(-2) ** 2;\n-2 ** 2;\n(2 ** 3) ** 2;\n" },
    { "not(a and b)or c; (not a)==b;", "not (a and b) or c;\n(not a) == b;\n" },
    { "m[\"key\"]; m[\"two words\"]; m[\"if\"];",
      "m.key;\nm[\"two words\"];\nm[\"if\"];\n" },
    { "fn f(a,b){return a;} let g=fn(){};",
      "fn f(a, b) {\n    return a;\n}\nlet g = fn() {};\n" },
    { "if a{b();}else if c{}else{d=[1,2,];} # remark",
      "if a {\n    b();\n} else if c {} else {\n    d = [1, 2];\n}\n" },
    { "({\"a\":1}).a; while x{for y in z{break;}}",
      "({\"a\": 1}.a);\nwhile x {\n    for y in z {\n        break;\n    }\n}\n" },
};

static void format_source(const char *source, Builder *out, Error *error)
{
    Arena arena = { NULL };
    Node *program = parse_program(source, &arena, error);

    if (!error->is_set) {
        print_program(out, program);
    }
    arena_free(&arena);
}

/* Runs one script in a fresh machine and checks how it ends. */
static void check_script(const ScriptCase *script, bool wants_value)
{
    Vm *vm = vm_new();
    Builder text = { NULL, 0, 0 };
    Value result;

    if (evaluate(vm, script->source, &result)) {
        write_value(&text, result, true, 0);
    } else {
        builder_format(&text, "%s%d:%d: %s", wants_value ? "error " : "",
                       vm->error.at.line, vm->error.at.column, vm->error.message);
    }
    check_text(script->source, script->expected, builder_text(&text));
    builder_free(&text);
    vm_free(vm);
}

/* Pretty printing its own output must not change anything. */
static void check_format(const ScriptCase *script)
{
    Builder once = { NULL, 0, 0 };
    Builder twice = { NULL, 0, 0 };
    Error error = { .is_set = false };

    format_source(script->source, &once, &error);
    check_text(script->source, script->expected, builder_text(&once));
    format_source(builder_text(&once), &twice, &error);
    check_text("format twice", builder_text(&once), builder_text(&twice));
    check("format without errors", !error.is_set);
    builder_free(&once);
    builder_free(&twice);
}

static void test_table(void)
{
    Vm *vm = vm_new();
    Table table = { NULL, 0, 0, 0 };
    Value value;
    char name[32];
    bool all_right = true;

    for (int i = 0; i < 1000; i++) {
        int length = snprintf(name, sizeof name, "key %d", i);
        String *key = new_string(vm, name, (size_t)length);
        all_right = table_set(&table, key, number_value(i)) && all_right;
    }
    for (int i = 0; i < 1000; i += 2) {
        snprintf(name, sizeof name, "key %d", i);
        String *key = AS_STRING(string_value(vm, text_of(name)));
        all_right = table_remove(&table, key) && all_right;
    }
    check("the table takes and loses keys", all_right && table.count == 500);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "key %d", i);
        String *key = AS_STRING(string_value(vm, text_of(name)));
        bool found = table_get(&table, key, &value);
        if (found != (i % 2 == 1) || (found && value.as.number != i)) {
            all_right = false;
        }
    }
    check("the table finds the right keys", all_right);
    table_free(&table);
    vm_free(vm);
}

static void test_collector(void)
{
    static const char source[] =
        "let kept = [];\n"
        "for i in range(30000) {\n"
        "    let text = \"item \" + str(i);\n"
        "    if i % 10000 == 0 {\n"
        "        push(kept, {\"text\": text});\n"
        "    }\n"
        "}\n"
        "map(kept, fn(item) { return item.text; });\n";
    Vm *vm = vm_new();
    Builder text = { NULL, 0, 0 };
    Value result = nil_value;

    check("the collector test runs", evaluate(vm, source, &result));
    write_value(&text, result, false, 0);
    check_text("kept strings", "[\"item 0\", \"item 10000\", \"item 20000\"]",
               builder_text(&text));
    check("garbage was collected", vm->collections > 2);
    vm->top = vm->stack;
    collect_garbage(vm);
    check("few strings are left", vm->strings.count < 60);
    builder_free(&text);
    vm_free(vm);
}

/* Checks the listing of a small script, and with it the constant folding. */
static void test_listing(void)
{
    static const char expected[] =
        "== script, 0 parameters, 3 slots ==\n"
        "    0    1  CONSTANT        86400\n"
        "    3    1  DEFINE_GLOBAL   \"day\"\n"
        "    6    2  GET_GLOBAL      \"day\"\n"
        "    9    2  CONSTANT        1\n"
        "   12    2  LESS\n"
        "   13    2  JUMP_IF_FALSE   -> 22\n"
        "   16    2  CONSTANT        \"short\"\n"
        "   19    2  JUMP            -> 23\n"
        "   22    2  NIL\n"
        "   23    2  RETURN\n";
    Vm *vm = vm_new();
    Builder listing = { NULL, 0, 0 };
    Function *function = compile_source(vm, "let day = 24 * 60 * 60;\n"
                                            "day < 1 ? \"short\" : nil;");

    check("the listing test compiles", function != NULL);
    if (function != NULL) {
        list_function(&listing, function);
        check_text("listing", expected, builder_text(&listing));
    }
    builder_free(&listing);
    vm_free(vm);
}

/* A longer script that uses most of the language at once. */
static const char sample_script[] =
    "# Find the prime numbers with the sieve of Eratosthenes.\n"
    "fn primes(limit) {\n"
    "    let crossed = map(range(limit + 1), fn(n) { return n < 2; });\n"
    "    let found = [];\n"
    "    for n in range(2, limit + 1) {\n"
    "        if crossed[n] {\n"
    "            continue;\n"
    "        }\n"
    "        push(found, n);\n"
    "        let multiple = n * n;\n"
    "        while multiple <= limit {\n"
    "            crossed[multiple] = true;\n"
    "            multiple = multiple + n;\n"
    "        }\n"
    "    }\n"
    "    return found;\n"
    "}\n"
    "\n"
    "# Count the words of a text and list them, the most frequent ones first.\n"
    "fn count_words(text) {\n"
    "    let counts = {};\n"
    "    for word in split(text, \" \") {\n"
    "        counts[word] = has(counts, word) ? counts[word] + 1 : 1;\n"
    "    }\n"
    "    let lines = map(sort(keys(counts)), fn(word) { return [word]; });\n"
    "    for line in lines {\n"
    "        push(line, counts[line[0]]);\n"
    "    }\n"
    "    return sort(lines, fn(a, b) { return a[1] > b[1]; });\n"
    "}\n"
    "\n"
    "print(\"primes:\", join(primes(30), \" \"));\n"
    "for entry in count_words(\"the sea and the shore and the sky\") {\n"
    "    print(entry[0] + \":\", entry[1]);\n"
    "}\n";

static void test_sample(void)
{
    Vm *vm = vm_new();
    Builder output = { NULL, 0, 0 };
    Value result;

    vm->capture = &output;
    check("the sample runs", evaluate(vm, sample_script, &result));
    check_text("the output of the sample",
               "primes: 2 3 5 7 11 13 17 19 23 29\n"
               "the: 3\n"
               "and: 2\n"
               "sea: 1\n"
               "shore: 1\n"
               "sky: 1\n",
               builder_text(&output));
    builder_free(&output);
    vm_free(vm);
}

/* Brackets without end must lead to an error and not to a crash. */
static void test_nesting(void)
{
    Vm *vm = vm_new();
    Builder source = { NULL, 0, 0 };
    Value result;

    for (int i = 0; i < 100000; i++) {
        builder_add(&source, i % 2 == 0 ? "(" : "[");
    }
    check("deep nesting is refused", !evaluate(vm, builder_text(&source), &result));
    check_text("nesting error", "this is nested too deeply", vm->error.message);
    builder_free(&source);
    vm_free(vm);
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int self_test(void)
{
    for (size_t i = 0; i < COUNT_OF(value_cases); i++) {
        check_script(&value_cases[i], true);
    }
    for (size_t i = 0; i < COUNT_OF(error_cases); i++) {
        check_script(&error_cases[i], false);
    }
    for (size_t i = 0; i < COUNT_OF(format_cases); i++) {
        check_format(&format_cases[i]);
    }
    test_table();
    test_collector();
    test_listing();
    test_sample();
    test_nesting();
    printf("%d tests, %d failed\n", tests_run, tests_failed);
    return tests_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ------------------------------------------------------------------------
 * Command line
 * --------------------------------------------------------------------- */

/* Reads a whole file into the builder and reports whether that worked. */
static bool read_file(const char *path, Builder *out)
{
    char buffer[4096];
    size_t length;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    while ((length = fread(buffer, 1, sizeof buffer, file)) > 0) {
        builder_bytes(out, buffer, length);
    }
    bool ok = !ferror(file);
    if (!ok) {
        perror(path);
    }
    fclose(file);
    return ok;
}

/* Counts the brackets that are still open, to know if more lines follow. */
static int open_brackets(const char *source)
{
    Error error = { .is_set = false };
    Lexer lexer;
    int open = 0;

    lexer_init(&lexer, source, &error);
    for (;;) {
        switch (lexer_next(&lexer).kind) {
        case TOKEN_LEFT_PAREN:
        case TOKEN_LEFT_BRACKET:
        case TOKEN_LEFT_BRACE:
            open++;
            break;
        case TOKEN_RIGHT_PAREN:
        case TOKEN_RIGHT_BRACKET:
        case TOKEN_RIGHT_BRACE:
            open--;
            break;
        case TOKEN_END:
            return error.is_set ? 0 : open;
        default:
            break;
        }
    }
}

static void show_failure(const Vm *vm, const char *name, const char *source)
{
    error_show(stderr, &vm->error, name, source);
    fputs(builder_text(&vm->trace), stderr);
}

/* Reads commands until the input ends.  An empty line gives up a command. */
static int repl(void)
{
    Vm *vm = vm_new();
    Builder source = { NULL, 0, 0 };
    char line[1024];

    printf("Pebble %s.  End the input to leave.\n", VERSION);
    for (;;) {
        fputs(source.length == 0 ? "> " : ". ", stdout);
        fflush(stdout);
        if (fgets(line, sizeof line, stdin) == NULL) {
            break;
        }
        builder_add(&source, line);
        if (line[0] != '\n' && open_brackets(builder_text(&source)) > 0) {
            continue;
        }
        Value result;
        if (!evaluate(vm, builder_text(&source), &result)) {
            show_failure(vm, "input", builder_text(&source));
        } else if (result.kind != VALUE_NIL) {
            Builder text = { NULL, 0, 0 };
            write_value(&text, result, true, 0);
            puts(builder_text(&text));
            builder_free(&text);
        }
        source.length = 0;
    }
    putchar('\n');
    builder_free(&source);
    vm_free(vm);
    return EXIT_SUCCESS;
}

/* What to do with a file; each action returns false after an error. */
typedef bool (*FileAction)(Vm *vm, const char *source, Builder *out);

static bool action_run(Vm *vm, const char *source, Builder *out)
{
    Value result;

    (void)out;
    return evaluate(vm, source, &result);
}

static bool action_format(Vm *vm, const char *source, Builder *out)
{
    format_source(source, out, &vm->error);
    return !vm->error.is_set;
}

static bool action_code(Vm *vm, const char *source, Builder *out)
{
    const Function *function = compile_source(vm, source);

    if (function != NULL) {
        list_function(out, function);
    }
    return function != NULL;
}

static int process_file(const char *path, FileAction action)
{
    Builder source = { NULL, 0, 0 };
    Builder out = { NULL, 0, 0 };
    bool ok = false;

    if (read_file(path, &source)) {
        Vm *vm = vm_new();
        ok = action(vm, builder_text(&source), &out);
        if (ok) {
            fputs(builder_text(&out), stdout);
        } else {
            fflush(stdout);
            show_failure(vm, path, builder_text(&source));
        }
        vm_free(vm);
    }
    builder_free(&source);
    builder_free(&out);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *option;
        FileAction action;
    } actions[] = {
        { "--run", action_run },
        { "--format", action_format },
        { "--code", action_code },
    };

    if (argc == 1) {
        return self_test();
    }
    if (argc == 2 && strcmp(argv[1], "-i") == 0) {
        return repl();
    }
    if (argc == 2 && argv[1][0] != '-') {
        return process_file(argv[1], action_run);
    }
    for (size_t i = 0; i < COUNT_OF(actions) && argc == 3; i++) {
        if (strcmp(argv[1], actions[i].option) == 0) {
            return process_file(argv[2], actions[i].action);
        }
    }
    fprintf(stderr, "usage: %s [-i | [--run | --format | --code] FILE]\n", argv[0]);
    return EXIT_FAILURE;
}
