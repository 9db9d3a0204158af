//! Questions about policy evaluation that the vendors' documentation leaves open.
//!
//! Wherever the engine needs an answer that is not documented it takes the likeliest
//! one and says so. Which questions are open is data of each dialect: AWS documents
//! what a negated operator does without its key, Alibaba Cloud does not.

use std::fmt;

use super::Dialect;

/// Makes the list below a type, so that code, meaning and documentation are one.
macro_rules! assumptions {
    ($($name:ident: $code:literal, $meaning:literal;)*) => {
        /// An answer the engine took without a vendor's word for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Assumption {
            $(#[doc = $meaning] $name,)*
        }

        impl Assumption {
            /// All of them, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code without the prefix of a dialect.
            fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What is assumed, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}

assumptions! {
    AbsentNegation: "absent_negation", "A negated operator holds where the key is absent.";
    AccountPrincipal: "account_principal",
        "A principal that is an account grants nothing within that account by itself.";
    ActionCase: "action_case", "Action names are compared without regard to case.";
    BareIpv6: "bare_ipv6", "A bare IPv6 address is a range of one.";
    BoolCase: "bool_case", "`true` and `false` are compared without regard to case.";
    CaseFolding: "case_folding", "Letters beyond ASCII lose their case as Unicode says.";
    CrossAccount: "cross_account",
        "The policy of a resource grants to other accounts by itself.";
    CurrentTime: "current_time", "The cloud fills in the current time.";
    DateZones: "date_zones", "Dates in different time zones are compared as instants.";
    Decimals: "decimals",
        "Numbers with a sign, a fraction or leading zeros are compared by value.";
    EmptyValue: "empty_value", "A key whose value is empty is present.";
    ImageResource: "image_resource",
        "Starting a machine is judged on the image as a resource of its own.";
    ImageTags: "image_tags", "The tags of the image are known when a machine is started from it.";
    KeyCase: "key_case", "Condition keys are compared without regard to case.";
    MalformedValue: "malformed_value",
        "A value that is not of the operator's type matches nothing.";
    NegatedList: "negated_list",
        "A negated operator with several values holds if none of them matches.";
    NotPrincipal: "not_principal", "`NotPrincipal` is not evaluated.";
    NotResource: "not_resource", "`NotResource` holds if none of its patterns matches.";
    RequestTag: "request_tag",
        "Tags sent with a creation are known as request tags, and checked only there.";
    ResourceCase: "resource_case", "Names of resources are compared with regard to case.";
    RootScope: "root_scope",
        "The root user of a member is bound by control policies as their scope says.";
    SetOperator: "set_operator", "A key with several values is compared without a set operator.";
    ShareResourceType: "share_resource_type",
        "Naming a target only leaves the shared resource type out of the request.";
    SingleRange: "single_range", "A range may stand alone, not only in a list.";
    StarOverColon: "star_over_colon",
        "Where a star in a resource may run over a colon, readings differ; the likeliest is taken.";
    TagKeySpelling: "tag_key_spelling", "A resource carries a tag key in one spelling only.";
    UnsupportedStatement: "unsupported_statement",
        "A statement that could not be read may say anything.";
    UntagAll: "untag_all", "Untagging without naming keys leaves the tag keys out of the request.";
    VariableInNotResource: "variable_in_not_resource",
        "A variable without a value in `NotResource` is not evaluated.";
    VariableWildcard: "variable_wildcard",
        "A star in the value of a variable is an ordinary character.";
}

impl Assumption {
    /// The code practitioners see: `aws_empty_value`, `ali_request_tag`, ….
    pub fn code(self, dialect: &Dialect) -> String {
        format!("{}_{}", dialect.code_prefix, self.name())
    }
}

/// A set of assumptions: a word, so that deciding allocates nothing for it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Assumptions(u32);

impl Assumptions {
    /// None.
    pub const NONE: Self = Self(0);

    /// Collects assumptions.
    pub(super) const fn of(list: &[Assumption]) -> Self {
        let mut bits = 0;
        let mut rest = list;
        while let [first, others @ ..] = rest {
            bits |= 1 << *first as u8;
            rest = others;
        }
        Self(bits)
    }

    /// Tells whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether the assumption is one of them.
    pub fn contains(self, assumption: Assumption) -> bool {
        !self.and(Self::of(&[assumption])).is_empty()
    }

    /// Lists them in the order of their codes.
    pub fn iter(self) -> impl Iterator<Item = Assumption> {
        Assumption::ALL.iter().copied().filter(move |assumption| self.contains(*assumption))
    }

    /// Lists their codes, sorted.
    pub fn codes(self, dialect: &Dialect) -> Vec<String> {
        self.iter().map(|assumption| assumption.code(dialect)).collect()
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Orders sets by how much they assume; a total order, so that the lesser of two
    /// reasons does not depend on which was met first.
    pub(super) fn weight(self) -> (u32, u32) {
        (self.0.count_ones(), self.0)
    }
}

impl fmt::Debug for Assumptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}
