"""The part of schema.org's vocabulary that pages of ours may use: types with their parents and properties.

Read from https://schema.org/docs/full.html; whoever needs a further property looks it up there and adds it here.
"""

# The type: what it is more general, and the properties that it adds (those that we use).
TYPES: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "Thing": (
        (),
        {
            *("name", "description", "disambiguatingDescription", "identifier", "image", "url", "sameAs"),
            *("mainEntityOfPage", "alternateName", "potentialAction", "subjectOf"),
        },
    ),
    "CreativeWork": (
        ("Thing",),
        {
            *("headline", "author", "creator", "publisher", "datePublished", "dateModified", "inLanguage", "text"),
            *("isAccessibleForFree", "license", "contentLocation", "spatialCoverage", "temporalCoverage", "expires"),
            *("creditText", "keywords", "encodingFormat"),
        },
    ),
    "Article": (("CreativeWork",), {"articleBody"}),
    "NewsArticle": (("Article",), set()),
    "WebPage": (("CreativeWork",), {"breadcrumb", "lastReviewed"}),
    "WebSite": (("CreativeWork",), set()),
    "Legislation": (("CreativeWork",), {"legislationDate", "legislationIdentifier"}),
    "SpecialAnnouncement": (("CreativeWork",), {"datePosted", "category", "announcementLocation"}),
    "Comment": (("CreativeWork",), {"parentItem", "upvoteCount"}),
    "Question": (("Comment",), {"acceptedAnswer", "answerCount", "suggestedAnswer"}),
    "Answer": (("Comment",), set()),
    "Dataset": (("CreativeWork",), {"distribution", "variableMeasured", "includedInDataCatalog"}),
    "MediaObject": (("CreativeWork",), {"contentUrl", "width", "height"}),
    "DataDownload": (("MediaObject",), set()),
    "ImageObject": (("MediaObject",), {"caption"}),
    "Event": (
        ("Thing",),
        {
            *("startDate", "endDate", "eventStatus", "eventAttendanceMode", "eventSchedule", "location", "organizer"),
            *("offers", "isAccessibleForFree", "inLanguage", "audience"),
        },
    ),
    "Organization": (
        ("Thing",),
        {
            "address",
            "areaServed",
            "email",
            "telephone",
            "knowsAbout",
            "parentOrganization",
            "contactPoint",
            "location",
        },
    ),
    "GovernmentOrganization": (("Organization",), set()),
    "Project": (("Organization",), set()),
    "EducationalOrganization": (("Organization", "Place"), set()),
    "Place": (
        ("Thing",),
        {
            *("address", "geo", "telephone", "openingHoursSpecification", "specialOpeningHoursSpecification"),
            *("isAccessibleForFree", "containedInPlace", "photo"),
        },
    ),
    "AdministrativeArea": (("Place",), set()),
    "LocalBusiness": (("Organization", "Place"), {"openingHours"}),
    "GovernmentOffice": (("LocalBusiness",), set()),
    "Library": (("LocalBusiness",), set()),
    "CivicStructure": (("Place",), {"openingHours"}),
    "CityHall": (("CivicStructure",), set()),
    "Playground": (("CivicStructure",), set()),
    "Park": (("CivicStructure",), set()),
    "TrainStation": (("CivicStructure",), set()),
    "BusStop": (("CivicStructure",), set()),
    "School": (("EducationalOrganization", "CivicStructure"), set()),
    "Preschool": (("EducationalOrganization",), set()),
    "Service": (("Thing",), {"provider", "areaServed", "availableChannel", "serviceType", "offers"}),
    "GovernmentService": (("Service",), {"jurisdiction", "serviceOperator"}),
    "Grant": (("Thing",), {"fundedItem", "funder"}),
    "MonetaryGrant": (("Grant",), {"amount"}),
    "MonetaryAmount": (("Thing",), {"value", "currency"}),
    "Offer": (("Thing",), {"price", "priceCurrency", "availability"}),
    "ServiceChannel": (("Thing",), {"availableLanguage", "serviceUrl"}),
    "PostalAddress": (("Thing",), {"streetAddress", "postalCode", "addressLocality", "addressCountry"}),
    "GeoCoordinates": (("Thing",), {"latitude", "longitude"}),
    "OpeningHoursSpecification": (("Thing",), {"dayOfWeek", "opens", "closes", "validFrom", "validThrough"}),
    "BreadcrumbList": (("Thing",), {"itemListElement"}),
    "ListItem": (("Thing",), {"position", "item"}),
}
# Without these, search engines show nothing of the object or nobody can tell what it is about.
NEEDED: dict[str, set[str]] = {
    "Event": {"name", "startDate", "location", "eventStatus"},
    "NewsArticle": {"name", "headline", "datePublished", "author", "mainEntityOfPage"},
    "WebPage": {"name", "inLanguage", "dateModified", "publisher"},
    "Legislation": {"name", "inLanguage", "datePublished", "publisher"},
    "MonetaryGrant": {"name", "fundedItem"},
    "Project": {"name", "url"},
    "GovernmentOrganization": {"name", "url"},
    "Answer": {"text"},
    "ImageObject": {"url"},
    "SpecialAnnouncement": {"name", "datePosted", "text"},
    "Question": {"name", "text", "answerCount"},
    "Dataset": {"name", "description", "distribution", "creator"},
    "DataDownload": {"contentUrl", "encodingFormat"},
    "GovernmentService": {"name", "provider"},
    "GovernmentOffice": {"name"},
    "Organization": {"name"},
    "Place": {"name"},
    "PostalAddress": {"addressLocality"},
    "GeoCoordinates": {"latitude", "longitude"},
    "OpeningHoursSpecification": {"opens", "closes"},
    "Offer": {"price", "priceCurrency"},
    "MonetaryAmount": {"value", "currency"},
    "WebSite": {"name", "url"},
}
# Values that are words of the vocabulary: the beginning of their address.
ENUMERATIONS = {
    "eventStatus": {"EventScheduled", "EventCancelled"},
    "eventAttendanceMode": {"OfflineEventAttendanceMode"},
    "availability": {"InStock", "Discontinued"},
    "dayOfWeek": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
}


def properties(name: str) -> set[str]:
    """What an object of this type may say, with what its parents may."""
    parents, own = TYPES[name]
    return own.union(*(properties(parent) for parent in parents))
